/** One PHP site as a declaration, for whatever runs on Apache with PHP. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { imagesDir } from "../../images/recipe";
import type { ImageName } from "../core/image";
import type { FileSpec, ServiceSpec, Size } from "../core/spec";
import { http, scrape, volume } from "../core/spec";
import { bytes, mebibytes } from "../core/units";
import type { PhpSettings } from "./config";

/** The contract of boogy/apache-php, which this is the successor of. */
export const HTML = "/var/www/html";
const APACHE_CONFIG = "/etc/oneforall/apache/httpd.conf";
/** Starts Apache, in our image and in upstream's. */
export const APACHE = ["apache2", "-f", APACHE_CONFIG, "-D", "FOREGROUND"] as const;
const SESSIONS = "/var/lib/php/sessions";
export const PORTS = { http: 8080, metrics: 9117 } as const;
/** Answered by Apache and PHP themselves, whatever the site does. */
export const HEALTH = "/-/health";

/** What is the same for a site of the list and for an application. */
export interface Site {
  readonly name: string;
  readonly hosts?: readonly string[];
  readonly access: "service" | "admins";
  readonly memory: Size;
  readonly upload: Size;
  readonly php: PhpSettings;
  readonly webRoot?: string;
  readonly writable: readonly string[];
}

/** What a site's files are and where they stand in its container. */
export interface Ground {
  readonly image: ImageName;
  readonly root: string;
  /** Files that only a new container changes; without them a volume that somebody fills. */
  readonly source?: NonNullable<ServiceSpec["shares"]>[number];
}

/** PHP's and Apache's limits and trust, as images/apache-php reads them. */
export function siteEnvironment(site: Site, { root, source }: Ground, edgeSubnet: string): Record<string, string> {
  const { php } = site;
  return {
    DOCUMENT_ROOT: site.webRoot ? `${root}/${site.webRoot}` : root,
    SERVER_NAME: site.name,
    TRUSTED_PROXY: edgeSubnet,
    MAX_REQUEST_WORKERS: String(requestWorkers(site.memory)),
    MAX_BODY_BYTES: String(bytes(site.upload)),
    PHP_MEMORY_LIMIT: `${mebibytes(php.memoryLimit)}M`,
    PHP_UPLOAD_MAX: `${mebibytes(site.upload)}M`,
    PHP_POST_MAX: `${mebibytes(site.upload)}M`,
    PHP_MAX_EXECUTION_SECONDS: String(php.maxExecutionSeconds),
    PHP_MAX_INPUT_VARS: String(php.maxInputVars),
    PHP_OPCACHE_VALIDATE: source ? "0" : "1",
    PHP_SESSIONS: SESSIONS,
    PHP_INI_SCAN_DIR: ":/etc/oneforall/php:/run/secrets",
  };
}

/** Requests at once: Apache and the caches take about 96 MiB, a process with a usual request about 32 (measured: 12 idle). */
export function requestWorkers(memory: Size): number {
  return Math.max(2, Math.floor((mebibytes(memory) - 96) / 32));
}

/** An uploaded file lies in /tmp, which is memory, until the site takes it; two at once must fit. */
export function temporarySize(upload: Size): Size {
  return `${2 * mebibytes(upload) + 32}MiB`;
}

/** What doesn't fit together in a site, as where it stands and what is right. */
export function siteProblems(site: Pick<Site, "memory" | "upload" | "php">): { path: string[]; problem: string }[] {
  const waiting = mebibytes(temporarySize(site.upload));
  const memory = mebibytes(site.memory);
  return [
    ...(waiting > memory / 2
      ? [
          {
            path: ["upload"],
            problem: `is too large for memory ${site.memory}, half of which is for uploads that wait (two at once, and 32MiB); set memory to ${2 * waiting}MiB`,
          },
        ]
      : []),
    ...(mebibytes(site.php.memoryLimit) > memory
      ? [{ path: ["php", "memoryLimit"], problem: `is more than the container's memory, ${site.memory}` }]
      : []),
  ];
}

/** Apache's rules for directories that a site writes to: nothing in them is a program, and none changes the rules. */
export function writableRules(root: string, directories: readonly string[]): string {
  const rules = directories.map(
    (directory) => `<Directory ${root}/${directory}>
  AllowOverride None
  <FilesMatch "(?i)\\.(php|phar|phtml|phps|php[0-9])$">
    Require all denied
  </FilesMatch>
  php_admin_flag engine off
</Directory>
`,
  );
  return `# What the site may write, nobody may run.\n${rules.join("")}`;
}

/** What images/apache-php has in it, for an image that hasn't. */
function apacheFiles(): FileSpec[] {
  const own = (file: string) => readFileSync(join(imagesDir, "apache-php", file), "utf8");
  return [
    { path: APACHE_CONFIG, content: own("httpd.conf") },
    { path: "/etc/oneforall/php/10-oneforall.ini", content: own("php.ini") },
    ...["health.php", "metrics.php"].map((name) => ({
      path: `/etc/oneforall/status/${name}`,
      content: own(`status/${name}`),
    })),
  ];
}

/** What every PHP service declares; the rest is its own. */
export function phpService(site: Site, ground: Ground, edgeSubnet: string) {
  const { image, root, source } = ground;
  const { writable } = site;
  const rules = { path: "/etc/oneforall/sites/writable.conf", content: writableRules(root, writable) };
  return {
    image,
    command: APACHE,
    environment: siteEnvironment(site, ground, edgeSubnet),
    files: [...(image === "apache-php" ? [] : apacheFiles()), ...(writable.length > 0 ? [rules] : [])],
    shares: source ? [source] : [],
    volumes: [
      ...(source ? [] : [volume("html", root, { backup: "files" })]),
      ...writable.map((directory) =>
        volume(directory.toLowerCase().replace(/[^a-z0-9]+/g, "-"), `${root}/${directory}`, { backup: "files" }),
      ),
      // Who is logged in stays so over a new container; nobody misses it after a restore.
      volume("sessions", SESSIONS, { backup: "none" }),
    ],
    tmpfs: { "/tmp": temporarySize(site.upload), "/run/apache2": "4MiB" },
    routes: [
      http(site.name, {
        port: PORTS.http,
        hosts: site.hosts,
        health: HEALTH,
        access: site.access,
        maxBody: site.upload,
        title: site.name,
      }),
    ],
    health: { http: { port: PORTS.http, path: HEALTH } },
    metrics: [scrape(PORTS.metrics)],
    limits: { memory: site.memory },
  } satisfies Omit<ServiceSpec, "description">;
}
