/**
 * The page at the platform's own name: every service with its link, and whether it serves. Plain HTML, no script, dark and
 * light. It is a log format of HAProxy's: the health is filled in when somebody asks, a percent sign is written twice.
 */
import type { LeftOut, RegisteredRoute, RegisteredService } from "../core/registered";

export interface StartPageService {
  readonly title: string;
  readonly description: string;
  readonly version: string;
  readonly url?: string;
  /** HAProxy's backend whose health is the service's; none where the edge doesn't know. */
  readonly backend?: string;
  readonly maintenance: boolean;
  /** How to log in for the first time, as text or as a command to run. */
  readonly password?: { readonly text: string } | { readonly command: string };
}

export function startPage(
  platform: string,
  services: readonly StartPageService[],
  leftOut: readonly LeftOut[],
): string {
  const [linked, others] = [services.filter(({ url }) => url), services.filter(({ url }) => !url)];
  const missing = leftOut.map(({ title, reason }) => `<li><h3>${text(title)}</h3><p>${text(reason)}</p></li>`);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<link rel="icon" href="data:,">
<title>${text(platform)}</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<h1>${text(platform)}</h1>
${section("Services", linked.map(card))}${section("Behind them", others.map(card))}${section("Left out", missing)}</main>
</body>
</html>
`;
}

function section(title: string, items: readonly string[]): string {
  if (items.length === 0) return "";
  const id = title.toLowerCase().replaceAll(" ", "-");
  return `<section aria-labelledby="${id}">\n<h2 id="${id}">${title}</h2>\n<ul>\n${items.join("\n")}\n</ul>\n</section>\n`;
}

function card({ title, description, version, url, backend, maintenance, password }: StartPageService): string {
  const name = url ? `<a href="${text(url)}">${text(title)}</a>` : text(title);
  // The converter answers for backends that come and go in files of their own, which the fetch of that name refuses.
  const up = backend && `%[str(${backend}),nbsrv,bool,iif(up,down)]`;
  const health = maintenance
    ? '<span class="health maintenance">maintenance</span>'
    : up && `<span class="health ${up}">${up}</span>`;
  return [
    `<li><h3>${name}</h3>`,
    `<p class="facts">${[health, `<span>${text(version)}</span>`].filter(Boolean).join(" ")}</p>`,
    `<p>${text(description)}</p>`,
    ...(password ? [firstPassword(password)] : []),
    "</li>",
  ].join("\n");
}

function firstPassword(password: NonNullable<StartPageService["password"]>): string {
  if ("text" in password) return `<p class="password">${text(password.text)}</p>`;
  return `<p class="password">First password, read by<br><code>${text(password.command)}</code></p>`;
}

/** What the page lists, by title. */
export function startPageServices(
  stack: string,
  routes: readonly RegisteredRoute[],
  services: readonly RegisteredService[],
): StartPageService[] {
  const listed = services.map(({ name, description, version, passwordOutput }): StartPageService => {
    const registered = routes.find(({ service }) => service === name);
    const facts = { description, version };
    if (!registered) return { title: name, maintenance: false, ...facts };
    const { route, url } = registered;
    const behindAdmins = { text: "Asks as this page did" };
    const command = passwordOutput && `npx pulumi stack output ${passwordOutput} --show-secrets -s ${stack}`;
    return {
      title: route.title ?? route.name,
      ...facts,
      // A wildcard has no address of its own.
      url: url.includes("*") ? undefined : url,
      backend: route.redirect === undefined ? `be_${route.name}` : undefined,
      maintenance: route.maintenance ?? false,
      password: route.access === "admins" ? behindAdmins : command ? { command } : undefined,
    };
  });
  return listed.sort((a, b) => (a.title.toLowerCase() < b.title.toLowerCase() ? -1 : 1));
}

function text(words: string): string {
  const entities: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "%": "%%" };
  return words.replace(/[&<>"%]/g, (char) => entities[char] ?? char);
}

// Colours on Canvas have a contrast of 4.5 or more, in the light and in the dark. No percent sign: see above.
const STYLE = `
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; --line: light-dark(#d0d4da, #3d4248); --quiet: light-dark(#50565e, #a9b0b8); --up: light-dark(#17692f, #6cc788); --down: light-dark(#b3261e, #ff8f87); --wait: light-dark(#7a5200, #e6b450); }
body { margin: 0; background: light-dark(#fff, #16181b); color: light-dark(#1b1d20, #e6e8ea); }
main { max-width: 64rem; margin: 0 auto; padding: 2rem 1rem; }
h1 { font-size: 1.6rem; margin: 0 0 1rem; }
h2 { font-size: 1rem; font-weight: 600; color: var(--quiet); margin: 2rem 0 .75rem; }
h3 { font-size: 1.1rem; margin: 0; }
ul { list-style: none; margin: 0; padding: 0; display: grid; gap: .75rem; grid-template-columns: repeat(auto-fill, minmax(17rem, 1fr)); }
li { border: 1px solid var(--line); border-radius: .5rem; padding: .75rem 1rem; }
p { margin: .25rem 0 0; overflow-wrap: anywhere; }
a { color: light-dark(#0b57a4, #8ab8f0); }
a:focus-visible { outline: 3px solid; outline-offset: 2px; }
.facts { font-size: .85rem; color: var(--quiet); }
.health { font-weight: 600; margin-right: .5rem; }
.up { color: var(--up); }
.up::before { content: "\\25CF\\20"; }
.down { color: var(--down); }
.down::before { content: "\\25B2\\20"; }
.maintenance { color: var(--wait); }
.password { font-size: .8rem; color: var(--quiet); }
`;
