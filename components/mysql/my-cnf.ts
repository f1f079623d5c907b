/** The server's options, tuned from the container's memory limit. Pure. */
import { mebibytes } from "../core/units";
import { ROOT_CERTIFICATE, SERVER_PEM } from "../databases/server";
import type { MysqlConfig } from "./config";
import type { Flavour } from "./flavours";
import { DATA, PORT, RUN, SCRATCH, SOCKET } from "./places";

type Tuned = Pick<MysqlConfig, "memory" | "maxConnections" | "slowQueryMilliseconds">;

/** What follows from the memory limit, in MiB where it is a size. */
export interface MysqlSizes {
  /** Half of the memory, in the steps of 128 MiB in which MySQL gives it. */
  readonly bufferPool: number;
  /** A quarter of the pool, from 48 MiB on: more makes a crash's recovery longer, less makes writers wait. */
  readonly redo: number;
  readonly connections: number;
}

export function mysqlSizes({ memory, maxConnections }: Pick<MysqlConfig, "memory" | "maxConnections">): MysqlSizes {
  const limit = mebibytes(memory);
  const half = limit / 2;
  const bufferPool = half < 128 ? 64 : Math.floor(half / 128) * 128;
  return {
    bufferPool,
    redo: Math.max(48, Math.floor(bufferPool / 4)),
    // With its buffers and stack a busy connection takes about 1.5 MiB: a quarter of the memory.
    connections: maxConnections ?? Math.min(500, Math.max(20, Math.floor(limit / 6))),
  };
}

export function renderMyCnf(flavour: Flavour, config: Tuned): string {
  const { bufferPool, redo, connections } = mysqlSizes(config);
  const options: Readonly<Record<string, string>> = {
    datadir: DATA,
    socket: SOCKET,
    pid_file: `${RUN}/mysqld.pid`,
    port: String(PORT),
    bind_address: "*",
    // Names of clients are never asked for: accounts are for any address, and the network is the server's own.
    skip_name_resolve: "ON",
    // Large sorts need the disk; /tmp is memory.
    tmpdir: SCRATCH,
    // Without TLS nobody gets in, but by the socket.
    require_secure_transport: "ON",
    ssl_ca: ROOT_CERTIFICATE,
    ssl_cert: SERVER_PEM,
    ssl_key: SERVER_PEM,
    tls_version: "TLSv1.2,TLSv1.3",
    local_infile: "OFF",
    character_set_server: "utf8mb4",
    max_connections: String(connections),
    innodb_buffer_pool_size: `${bufferPool}M`,
    // What was acknowledged is on disk.
    innodb_flush_log_at_trx_commit: "1",
    tmp_table_size: "16M",
    max_heap_table_size: "16M",
    slow_query_log: "ON",
    long_query_time: String(config.slowQueryMilliseconds / 1000),
    ...flavour.options(redo),
  };
  const lines = Object.entries(options).map(([key, value]) => `${key} = ${value}`);
  return `[mysqld]\n${lines.join("\n")}\n`;
}
