/**
 * Sign-on in front of admin pages: for each request HAProxy asks oauth2-proxy whether its session may enter. Only the
 * question goes there; pages, uploads and WebSockets pass between client and service as without it.
 */
import type { EdgeModel } from "./model";

export const SIGN_ON = {
  name: "sign-on",
  port: 4180,
  metricsPort: 44180,
  cookie: "__Secure-oneforall-sign-on",
} as const;

/** Read with the configuration; an action of HAProxy's, `lua.sign_on`. */
export const SIGN_ON_FILE = "sign-on.lua";

/** Within the process: where the question goes to oauth2-proxy's backend, whichever containers it has. */
const ASK = "abns@edge-sign-on";

export function signOnLua(groups: readonly string[]): string {
  const query = `allowed_groups=${groups.map(encodeURIComponent).join(",")}`;
  return `-- Asks whether the session of a request may enter: 202 yes, 401 nobody is signed on, 403 somebody else is.
core.register_action("sign_on", { "http-req" }, function(txn)
  local headers = txn.http:req_get_headers()
  local asked = { host = { "${SIGN_ON.name}" } }
  if headers["cookie"] then asked["cookie"] = { headers["cookie"][0] } end
  local answer = core.httpclient():get{
    url = "http://${SIGN_ON.name}/oauth2/auth?${query}", dst = "${ASK}", headers = asked, timeout = 5000,
  }
  txn:set_var("txn.sign_on", answer and answer.status or 0)
  local told = answer and answer.headers or {}
  for name, variable in pairs({ user = "txn.sign_on_user", email = "txn.sign_on_email" }) do
    local value = told["x-auth-request-" .. name]
    if value then txn:set_var(variable, value[0]) end
  end
end)
`;
}

export const SIGN_ON_GLOBAL = `    lua-load ${SIGN_ON_FILE}
    # The question has an address.
    httpclient.resolvers.disabled on
`;

/** For who may open what isn't declared open, in place of the admin password. */
export function signOnRules({ domain, httpsPort }: EdgeModel): string {
  const start = `https://${SIGN_ON.name}.${domain}${httpsPort === 443 ? "" : `:${httpsPort}`}/oauth2/start`;
  const here = `https://%[req.hdr(host),url_enc]%[pathq,url_enc]`;
  return `    # Whatever isn't declared open is for who signed on and is in a group that may.
    http-request lua.sign_on if !open
    http-request redirect location ${start}?rd=${here} code 302 if !open { var(txn.sign_on) -m int 401 } { method GET HEAD }
    http-request deny deny_status 403 if !open { var(txn.sign_on) -m int 401 403 }
    http-request deny deny_status 503 if !open !{ var(txn.sign_on) -m int 202 }
    http-request set-header X-Auth-Request-User %[var(txn.sign_on_user)] if !open { var(txn.sign_on_user) -m found }
    http-request set-header X-Auth-Request-Email %[var(txn.sign_on_email)] if !open { var(txn.sign_on_email) -m found }
    # The session opens every admin page: no service but sign-on itself gets to see it.
    acl at_sign_on var(txn.backend) -m str be_${SIGN_ON.name}
    http-request set-header Cookie %[req.fhdr(cookie),'regsub("${SIGN_ON.cookie}[^;]*;? *","",g)'] if !at_sign_on { req.fhdr(cookie) -m sub ${SIGN_ON.cookie} }
`;
}

/** In front of oauth2-proxy's backend, for the question alone. */
export const SIGN_ON_FRONTEND = `frontend fe_${SIGN_ON.name} from http
    bind ${ASK}
    no log
    # By a name that is looked up late: at first the backend isn't there yet.
    use_backend %[str(be_${SIGN_ON.name})]
`;
