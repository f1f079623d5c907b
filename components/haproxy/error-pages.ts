/**
 * The edge's own pages for what goes wrong: small, plain, readable by everybody, with the id to look for in the logs. Only
 * what can't even be read as HTTP gets HAProxy's built-in 400, which no directive changes (tried).
 */

const WORDS = {
  400: ["Bad request", "The edge could not make sense of this request."],
  401: ["Who are you?", "This page asks for a user name and a password."],
  403: ["Not for you", "This address may not be used from where you are."],
  404: ["Not here", "Nothing on this platform has this address."],
  408: ["Too slow", "The request took too long to arrive. Try again."],
  413: ["Too large", "The request is larger than this service accepts."],
  429: ["Too many requests", "Wait a little, then try again."],
  500: ["Something broke", "The edge could not handle this request."],
  502: ["No proper answer", "The service gave an answer that makes no sense. Try again in a moment."],
  503: ["Not available", "The service doesn't answer right now. Try again in a moment."],
  504: ["No answer in time", "The service took too long to answer. Try again in a moment."],
} as const;

const MAINTENANCE = ["Maintenance", "Somebody is working on this service. It will be back."] as const;

type Status = keyof typeof WORDS;
const STATUSES = Object.keys(WORDS).map((status) => Number(status) as Status); // the keys are these numbers

/** Every page by its path. */
export function errorPages(): Record<string, string> {
  return {
    ...Object.fromEntries(
      STATUSES.map((status) => [file(status), page(String(status), WORDS[status], status !== 401)]),
    ),
    [MAINTENANCE_PAGE]: page("503", MAINTENANCE, true),
  };
}

export const MAINTENANCE_PAGE = "errors/maintenance.html";

/** The directives by which HAProxy answers with them. */
export function errorDirectives(): string[] {
  return STATUSES.map((status) => {
    const type = 'content-type "text/html; charset=utf-8"';
    // Formatted, HAProxy 3.0 overwrites the realm of WWW-Authenticate with pieces of the page (tried).
    if (status === 401) return `    http-error status 401 ${type} file ${file(401)}`;
    const later = status === 429 ? " hdr Retry-After %[var(txn.retry_after)]" : "";
    return `    http-error status ${status} ${type} lf-file ${file(status)}${later}`;
  });
}

function file(status: Status): string {
  return `errors/${status}.html`;
}

/** A log format where it has the request's id: a percent sign is written twice. */
function page(status: string, [title, text]: readonly [string, string], withId: boolean): string {
  const id = withId ? "<p><small>Request <code>%[unique-id]</code></small></p>\n" : "";
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${status} ${title}</title>
<style>
:root { color-scheme: light dark; font: 18px/1.5 system-ui, sans-serif; }
body { margin: 15vh auto; max-width: 32rem; padding: 0 1rem; }
</style>
</head>
<body>
<main>
<h1>${title}</h1>
<p>${text}</p>
${id}</main>
</body>
</html>
`;
}
