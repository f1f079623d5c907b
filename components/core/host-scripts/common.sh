# Sourced by the scripts beside it. POSIX sh; nothing but docker, awk and tar is expected on the host.
# shellcheck shell=sh
set -eu

LIB=$(dirname "$0")
HOME_DIR=$(dirname "$LIB")
PLATFORM=$(basename "$HOME_DIR")
SCRATCH=""
HELPER=""

fail() {
  printf '%s\n' "$*" >&2
  exit 1
}

clean_up() {
  [ -z "$HELPER" ] || docker rm -fv "$HELPER" >/dev/null 2>&1 || true
  [ -z "$SCRATCH" ] || rm -rf "$SCRATCH"
}
trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# A scratch directory that only we can read; in memory where there is such a place, because secrets pass through it.
make_scratch() {
  umask 077
  if [ -d /dev/shm ] && [ -w /dev/shm ]; then
    SCRATCH=$(mktemp -d /dev/shm/oneforall.XXXXXX)
  else
    SCRATCH=$(mktemp -d)
  fi
}

# A container that is never started: it only lets us see and write a volume, whatever the image contains.
make_helper() { # IMAGE DOCKER-CREATE-OPTION...
  helper_image=$1
  shift
  HELPER=$(docker create --network none --label "io.oneforall.platform=$PLATFORM" --label io.oneforall.helper=1 \
    "$@" "$helper_image" true)
}

drop_helper() {
  docker rm -fv "$HELPER" >/dev/null
  HELPER=""
}

unpack() { # DIRECTORY, the packed files on stdin
  awk -v root="$1" -f "$LIB/unpack.awk"
}

# Copies a directory into the helper at a path, owned by OWNER (uid:gid).
copy_in() { # DIRECTORY OWNER PATH
  tar -C "$1" --numeric-owner --owner="${2%%:*}" --group="${2##*:}" -cf - . | docker cp - "$HELPER:$3"
}

show_logs() { # CONTAINER
  docker logs --tail 20 "$1" 2>&1 | sed 's/^/    /' >&2 || true
}
