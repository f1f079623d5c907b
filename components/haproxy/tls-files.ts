/**
 * How HAProxy takes a certificate that was written anew by a service beside it: it looks at the file itself and gives it
 * to its own command line. Workers and connections stay as they are, and nobody else gets its socket, which can do
 * anything. Why so: docs/tls.md.
 */
import { ADMIN_SOCKET, CERTIFICATE } from "./places";
import type { TlsConfig } from "./tls-config";

/** Read by HAProxy after its own configuration. */
export const TLS_FILE = "tls.cfg";

export function tlsFiles({ mode }: TlsConfig): Record<string, string> {
  if (mode !== "acme") return { [TLS_FILE]: "# The certificate changes by a reload only.\n" };
  return { [TLS_FILE]: "global\n    lua-load tls.lua\n", "tls.lua": WATCH };
}

/** Lua's own CertCache stays locked after its first use in HAProxy 3.0.11 (tried); the command line doesn't. */
const WATCH = `-- Serves a certificate as soon as it is written, without a reload.
local FILE, SOCKET = "${CERTIFICATE}", "${ADMIN_SOCKET}"

local function content()
  local file = io.open(FILE, "r")
  if not file then return nil end
  local text = file:read("a")
  file:close()
  return text
end

local function ask(command)
  local socket = core.tcp()
  socket:settimeout(10)
  local connected, why = socket:connect(SOCKET)
  if not connected then return "no answer: " .. tostring(why) end
  socket:send(command .. "\\n")
  local reply = socket:receive("*a") or ""
  socket:close()
  return reply
end

-- Lua is loaded before the certificate is: what changes between the two is only loaded once more.
local served = content()
local refused

core.register_task(function()
  while true do
    core.sleep(2)
    local written = content()
    if written and written ~= served and written ~= refused then
      local reply = ask("set ssl cert " .. FILE .. " <<\\n" .. written)
      reply = reply .. ask("commit ssl cert " .. FILE)
      if reply:find("Success!", 1, true) then
        served = written
        core.Info("a new certificate is served: " .. FILE)
      else
        ask("abort ssl cert " .. FILE)
        refused = written
        core.Alert("the new certificate is refused, the one before serves on: " .. reply:gsub("%s+", " "))
      end
    end
  end
end)
`;
