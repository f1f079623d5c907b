#!/bin/sh
# Makes the root of all images: build.sh <suite> <empty directory> <output.tar>, as root.
# The same package versions give the same bytes: nothing in the archive depends on the time or on this machine.
set -eu
suite=$1 root=$2/root output=$3 here=$(dirname "$(readlink -f "$0")")
export LC_ALL=C DEBIAN_FRONTEND=noninteractive
umask 022

if ! command -v debootstrap >/dev/null; then
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "debootstrap is missing: installing it with apt-get" >&2
    apt-get -qq update >&2
    apt-get -qq -y --no-install-recommends install debootstrap debian-archive-keyring >&2
  else
    echo "debootstrap is missing, and the image source \"packages\" needs it: install it (Debian, Ubuntu: apt-get install debootstrap debian-archive-keyring; Fedora, EPEL: dnf install debootstrap) or set another image source (pull, mirror, bundle)" >&2
    exit 1
  fi
fi

# The machine's own choice of a security mirror, if it is a Debian with one; else the one beside debootstrap's mirror.
security_mirror() {
  if command -v apt-get >/dev/null; then
    apt-get indextargets --format '$(LABEL) $(REPO_URI)' 'Created-By: Packages' 2>/dev/null |
      sed -n 's/^Debian-Security //p' | head -n 1
  fi
}

debootstrap --variant=minbase --include=ca-certificates,busybox "$suite" "$root" >&2

mirror=$(sed -n 's/^deb \(\[[^]]*\] \)\{0,1\}\([^ ]*\) .*/\2/p' "$root/etc/apt/sources.list" | head -n 1)
security=$(security_mirror)
: "${security:=${mirror%/}-security}"
rm -f "$root/etc/apt/sources.list"
cat > "$root/etc/apt/sources.list.d/debian.sources" <<SOURCES
Types: deb
URIs: ${mirror%/}/
Suites: $suite $suite-updates
Components: main
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg

Types: deb
URIs: ${security%/}/
Suites: $suite-security
Components: main
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg
SOURCES

install -m 644 "$here/files/excludes" "$root/etc/dpkg/dpkg.cfg.d/excludes"
install -m 755 "$here/files/install-packages" "$here/files/remove-package-traces" "$here/files/with-build-ca" "$root/usr/local/sbin/"
# Package scripts must not start daemons in an image.
printf '#!/bin/sh\nexit 101\n' > "$root/usr/sbin/policy-rc.d"
chmod 755 "$root/usr/sbin/policy-rc.d"
# What the upstream images, made on busybox, have; in /usr/local so that a real package of that name can still come.
ln -s /usr/bin/busybox "$root/usr/local/bin/wget"
ln -s /usr/bin/busybox "$root/usr/local/bin/nc"

echo "security updates of $suite" >&2
cp /etc/resolv.conf "$root/etc/resolv.conf"
chroot "$root" apt-get -qq -o Acquire::Retries=3 update >&2
chroot "$root" apt-get -qq -y -o Acquire::Retries=3 -o Dpkg::Use-Pty=0 --no-install-recommends dist-upgrade >&2
chroot "$root" /usr/local/sbin/remove-package-traces

# The newest file that a package brought is the time of the whole root, unless the caller gives one.
newest=$(find "$root/usr/share/doc" -name 'changelog*' -o -name copyright | xargs stat -c %Y | sort -n | tail -n 1)
epoch=${SOURCE_DATE_EPOCH:-$newest}

find "$root/usr/share/doc" -type f ! -name copyright -delete
find "$root/usr/share/doc" -type l ! -name copyright -delete
find "$root/usr/share/doc" -type d -empty -delete
rm -rf "$root"/usr/share/man/* "$root"/usr/share/info/* "$root"/usr/share/locale/* "$root"/usr/share/lintian \
  "$root"/var/log/* "$root"/run/* "$root"/debootstrap "$root"/var/lib/systemd "$root"/etc/machine-id
: > "$root/etc/resolv.conf"
: > "$root/etc/hostname"
# The date of the last password change is the date of this build.
sed -i -E "s/^([^:]*:[^:]*:)[0-9]+:/\1$((epoch / 86400)):/" "$root/etc/shadow"

tar --create --file "$output" --directory "$root" --one-file-system --format=gnu --sort=name --numeric-owner \
  --mtime="@$epoch" --clamp-mtime --exclude='./dev/*' --exclude='./proc/*' --exclude='./sys/*' .
