/** What differs between MariaDB and MySQL. Everything else is written once. */
import type { ImageName } from "../core/image";
import { RUN } from "./places";

/** The series that can be run; the first is the one that is built from packages. */
export const VERSIONS = ["mariadb-11.8", "mysql-9.7", "mysql-8.4"] as const;
export type MysqlVersion = (typeof VERSIONS)[number];

export interface Flavour {
  readonly title: string;
  readonly image: ImageName;
  readonly server: string;
  readonly client: string;
  /** Fills an empty data directory, without a password: the first start sets it before anybody can connect. */
  readonly install: readonly string[];
  /** Makes the running server read its certificate again. */
  readonly reloadTls: string;
  /** Options that only one of them knows. */
  readonly options: (redoMiB: number) => Readonly<Record<string, string>>;
}

const mariadb: Flavour = {
  title: "MariaDB, for services that ask for MySQL",
  image: "mariadb",
  server: "mariadbd",
  client: "mariadb",
  install: [
    "mariadb-install-db",
    "--no-defaults",
    "--auth-root-authentication-method=normal",
    "--skip-test-db",
    "--skip-name-resolve",
  ],
  reloadTls: "FLUSH SSL",
  options: (redoMiB) => ({
    innodb_log_file_size: `${redoMiB}M`,
    slow_query_log_file: "/dev/stderr",
    // It takes every other directory for a database.
    ignore_db_dirs: ".scratch",
    // Its other engines hold the server's own tables only.
    aria_pagecache_buffer_size: "16M",
    key_buffer_size: "8M",
  }),
};

const mysql = (image: ImageName): Flavour => ({
  title: "MySQL",
  image,
  server: "mysqld",
  client: "mysql",
  install: ["mysqld", "--no-defaults", "--initialize-insecure", "--disable-log-bin"],
  reloadTls: "ALTER INSTANCE RELOAD TLS",
  options: (redoMiB) => ({
    innodb_redo_log_capacity: `${redoMiB}M`,
    // It takes a plain file only; the start passes it on.
    slow_query_log_file: `${RUN}/slow.log`,
    // One server: a binary log, which MariaDB only has on demand, would double the writes.
    disable_log_bin: "1",
    // Nobody speaks the X protocol here, and it would listen on a port of its own.
    mysqlx: "0",
    // Files of the server are nothing for SQL; a package's directory for them isn't there.
    secure_file_priv: "NULL",
    // It asks for what a container may not.
    innodb_numa_interleave: "OFF",
  }),
});

export function flavourOf(version: MysqlVersion): Flavour {
  return version === "mariadb-11.8" ? mariadb : mysql(version);
}
