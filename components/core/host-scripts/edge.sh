# Sourced by the scripts that talk to the edge's HAProxy. They set: edge (its container), volume (the backends'), image.
# shellcheck shell=sh disable=SC2154

CONFIG=/usr/local/etc/haproxy
BACKENDS=/usr/local/etc/haproxy-backends
USERS=/usr/local/etc/haproxy-users/users.cfg

# Changes of the edge's files wait for each other: what one writes, the next one's check reads.
lock_edge() {
  exec 9>"$HOME_DIR/$edge.lock"
  flock 9
}

# Whether a HAProxy serves. One that is just starting is waited for: it has read its files already.
edge_answers() {
  [ "$(docker inspect --format '{{.State.Running}}' "$edge" 2>/dev/null)" = true ] || return 1
  # Still waiting for its first configuration: it will read our file when it gets that.
  docker exec "$edge" test -e "$CONFIG/current" 2>/dev/null || return 1
  tries=0
  until ask "show info" | grep -q ^Uptime; do
    tries=$((tries + 1))
    [ "$tries" -lt 40 ] || return 1
    sleep 0.25
  done
}

# A command on the admin socket of the worker that takes new connections.
ask() { # COMMAND
  docker exec "$edge" /bin/sh -c 'echo "$1" | socat -t5 /run/haproxy/admin.sock -' ask "$1" 2>/dev/null
}

# A command that has to be heard. A HAProxy that is just being replaced hears nothing more; the next one has read the files
# that this one would have been told of.
tell() { # COMMAND
  ask "$1" >/dev/null || { edge_answers && ask "$1" >/dev/null; } || exit 0
}

# A command on every worker: those of before a reload finish their connections.
ask_all() { # COMMAND
  docker exec "$edge" /bin/sh -c '
    master() { echo "$1" | socat -t5 /run/haproxy/master.sock -; }
    for pid in $(master "show proc" | awk "\$2 == \"worker\" { print \$1 }"); do master "@!$pid $1"; done' ask "$1" 2>/dev/null
}

check_edge() {
  docker run --rm --network none --volumes-from "$edge:ro" --cap-drop ALL --read-only --tmpfs /tmp \
    --security-opt no-new-privileges:true --label "io.oneforall.platform=$PLATFORM" --label io.oneforall.helper=1 \
    --log-driver none --entrypoint /bin/sh "$image" -c \
    "exec haproxy -c -dW -f $CONFIG/current/haproxy.cfg -f $BACKENDS -f $USERS"
}

# The same as RELOAD (components/haproxy/places.ts): addresses and health are handed on, and then forgotten.
reload_edge() {
  docker exec "$edge" /bin/sh -c '
    echo "show servers state" | socat -t5 /run/haproxy/admin.sock - >/run/haproxy/servers.state
    echo reload | socat -t60 /run/haproxy/master.sock - | tee /dev/stderr | grep -q "^Success=1"
    loaded=$?
    echo $loaded >>/run/haproxy/reloads
    rm -f /run/haproxy/servers.state
    exit $loaded'
}

# Puts a backend's file into the volume in one rename, or removes it.
write_backend() { # FILE, empty or missing to remove
  if [ -n "$1" ] && [ -e "$1" ]; then
    chmod 0444 "$1"
    make_helper "$image" --mount "type=volume,src=$volume,dst=/backends,volume-nocopy"
    tar -C "$(dirname "$1")" --numeric-owner --owner=0 --group=0 -cf - "$(basename "$1")" | docker cp - "$HELPER:/backends"
    drop_helper
  else
    docker run --rm --network none --user 0:0 --cap-drop ALL --cap-add DAC_OVERRIDE --security-opt no-new-privileges:true \
      --label "io.oneforall.platform=$PLATFORM" --label io.oneforall.helper=1 --log-driver none \
      --mount "type=volume,src=$volume,dst=/backends,volume-nocopy" --entrypoint /bin/rm "$image" -f "/backends/$backend.cfg"
  fi
}
