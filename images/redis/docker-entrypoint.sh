#!/bin/sh
# As upstream's: bare options are redis-server's.
set -e
if [ "${1#-}" != "$1" ]; then
  set -- redis-server "$@"
fi
exec "$@"
