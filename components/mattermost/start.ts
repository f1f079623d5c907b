import { RUN_SECRETS } from "../core/container";
import { LENT_SHELL } from "../core/volumes";

const BOX = `${LENT_SHELL}/busybox`;
const SCRIPT = "/etc/mattermost/start";
const PORT = 8066;

/** The secret file with the first user, as the API takes it. */
export const FIRST_ADMIN = "first-admin.json";

/** What runs in place of its own command; upstream's image has no shell, so the lent one. */
export const START = [BOX, "sh", SCRIPT];

/**
 * Mattermost reads secrets only from its environment, which Docker shows to everybody who may ask it; so the files
 * `MM_…` are exported here.
 *
 * Whoever signs up first owns the server. So the first time, one is started that only this container reaches, and the
 * first user is made there, with a password that is in no command line. (`mattermost import bulk --apply`, which needs no
 * server, imports nothing in 11.4: it always runs dry. Tried.)
 */
export const START_FILE = {
  path: SCRIPT,
  content: `set -eu
for secret in ${RUN_SECRETS}/MM_*; do
  [ ! -e "$secret" ] || export "\${secret##*/}=$(${BOX} cat "$secret")"
done
prepared=/mattermost/data/.prepared
if [ ! -e "$prepared" ]; then
  # Not where the health check looks: nobody waits for this one.
  socket=/tmp/preparing.socket
  MM_SERVICESETTINGS_LISTENADDRESS=127.0.0.1:${PORT} MM_SERVICESETTINGS_LOCALMODESOCKETLOCATION=$socket \\
    /mattermost/bin/mattermost &
  ask() { MMCTL_LOCAL_SOCKET_PATH=$socket /mattermost/bin/mmctl --local "$@" >/dev/null 2>&1; }
  until ask system status; do
    kill -0 $!
    ${BOX} sleep 0.5
  done
  ask user search admin ||
    ${BOX} wget -q -O /dev/null --post-file ${RUN_SECRETS}/${FIRST_ADMIN} http://127.0.0.1:${PORT}/api/v4/users
  kill $!
  wait $! || true
  : >"$prepared"
fi
exec /mattermost/bin/mattermost
`,
};
