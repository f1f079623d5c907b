/** The page at the platform's own name: every service with its link. Plain HTML, no script, dark and light. */
import type { LeftOut, RegisteredRoute } from "../core/platform";

export interface StartPageService {
  readonly title: string;
  readonly description: string;
  readonly url?: string;
}

export function startPage(
  platform: string,
  services: readonly StartPageService[],
  leftOut: readonly LeftOut[],
): string {
  const card = ({ title, description, url }: StartPageService) => {
    const name = url ? `<a href="${escape(url)}">${escape(title)}</a>` : escape(title);
    return `<li><h2>${name}</h2><p>${escape(description)}</p></li>`;
  };
  const missing = leftOut.map(
    ({ title, reason }) => `<li><h2>${escape(title)}</h2><p>Left out: ${escape(reason)}</p></li>`,
  );
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escape(platform)}</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<h1>${escape(platform)}</h1>
<ul>
${services.map(card).join("\n")}
</ul>
${missing.length > 0 ? `<h1>Not here</h1>\n<ul class="missing">\n${missing.join("\n")}\n</ul>` : ""}
</main>
</body>
</html>
`;
}

/** What the page lists, sorted: services with a route first. */
export function startPageServices(
  routes: readonly RegisteredRoute[],
  services: readonly { readonly name: string; readonly description: string }[],
): StartPageService[] {
  const listed = services.map(({ name, description }) => {
    const route = routes.find(({ service }) => service === name);
    return { title: route?.route.title ?? route?.route.name ?? name, description, url: route?.url };
  });
  return listed.sort((a, b) => Number(!a.url) - Number(!b.url) || (a.title < b.title ? -1 : 1));
}

function escape(text: string): string {
  const entities: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
  return text.replace(/[&<>"]/g, (char) => entities[char] ?? char);
}

const STYLE = `
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { margin: 0; background: Canvas; color: CanvasText; }
main { max-width: 60rem; margin: 0 auto; padding: 2rem 1rem; }
h1 { font-size: 1.5rem; font-weight: 600; }
ul { list-style: none; margin: 0; padding: 0; display: grid; gap: 1rem; grid-template-columns: repeat(auto-fill, minmax(16rem, 1fr)); }
li { border: 1px solid color-mix(in srgb, CanvasText 20%, transparent); border-radius: .5rem; padding: .75rem 1rem; }
h2 { font-size: 1.1rem; margin: 0; }
p { margin: .25rem 0 0; opacity: .8; overflow-wrap: anywhere; }
.missing li { border-style: dashed; }
`;
