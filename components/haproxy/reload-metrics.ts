/**
 * Reloads and their results for Prometheus. HAProxy's own exporter can't tell: its counters end with the worker that a
 * reload replaces. What the platform's reloads came to is kept beside the sockets as long as the container lives; what
 * others cause, the master knows.
 */
import { MASTER_SOCKET, RELOAD_RESULTS } from "./places";

/** Read with the configuration; a service of HAProxy's, `lua.reloads`. */
export const RELOADS_FILE = "reloads.lua";

export const RELOADS_LUA = `-- How many reloads there were, and what came of them.
local function results()
  local count = { success = 0, failure = 0 }
  local file = io.open("${RELOAD_RESULTS}", "r")
  if not file then return count end
  for line in file:lines() do
    local result = line == "0" and "success" or "failure"
    count[result] = count[result] + 1
  end
  file:close()
  return count
end

-- The master counts those that failed since the last one that didn't.
local function failing()
  local socket = core.tcp()
  socket:settimeout(5)
  if not socket:connect("${MASTER_SOCKET}") then return nil end
  socket:send("show proc\\n")
  local reply = socket:receive("*a") or ""
  socket:close()
  return reply:match("%[failed: (%d+)%]")
end

core.register_service("reloads", "http", function(applet)
  local count, since = results(), failing()
  local text = "# TYPE oneforall_edge_reloads_total counter\\n"
    .. 'oneforall_edge_reloads_total{result="success"} ' .. count.success .. "\\n"
    .. 'oneforall_edge_reloads_total{result="failure"} ' .. count.failure .. "\\n"
  if since then
    text = text .. "# TYPE haproxy_master_failed_reloads gauge\\nhaproxy_master_failed_reloads " .. since .. "\\n"
  end
  applet:set_status(200)
  applet:add_header("content-type", "text/plain; version=0.0.4")
  applet:add_header("content-length", #text)
  applet:start_response()
  applet:send(text)
end)
`;
