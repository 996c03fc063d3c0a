#!/bin/sh
# Prepares a Debian machine, as root, for all tests of Stack Count: installs packages, and newer
# versions of bpftrace beside the system's own. Safe to run again; what exists is left alone.
# Standard output is the value for STACK_COUNT_TEST_BPFTRACES, everything else goes to standard error:
#
#   export STACK_COUNT_SYSTEM_TESTS=1
#   export STACK_COUNT_TEST_BPFTRACES="$(sudo scripts/setup-test-machine.sh)"
#   sudo --preserve-env npm test

set -eu
exec 3>&1 1>&2
export DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8
CACHE=${STACK_COUNT_CACHE:-/var/cache/stack-count-test}

# What is recorded with; what the workloads and the log writer of VS Code are compiled with; the
# real pkexec; the real browser, and letters for its screenshots; checks of what we write.
PACKAGES='bpftrace debootstrap
  binutils gcc g++ make python3
  polkitd pkexec dbus util-linux bsdutils
  sudo python3-dbus python3-gi
  chromium fonts-dejavu-core
  libxml2-utils shellcheck strace'

fail() {
  echo "$1" >&2
  exit 1
}

installed() {
  dpkg-query --show --showformat='${db:Status-Status}\n' "$1" 2>/dev/null | grep -qx installed
}

install_packages() {
  missing=''
  for package in $PACKAGES; do
    installed "$package" || missing="$missing $package"
  done
  [ -n "$missing" ] || return 0
  echo "Installing$missing"
  apt-get -qq update
  # Split into words on purpose.
  # shellcheck disable=SC2086
  apt-get -qq install --yes --no-install-recommends $missing >/dev/null
}

# tree_path PATTERN: the one path that an unquoted pattern stands for.
tree_path() {
  [ -e "$1" ] || fail "$1 is not where it was expected."
  echo "$1"
}

# A bpftrace of another Debian needs that Debian's libraries, and its loader to find them.
write_wrapper() {
  tree=$1 wrapper=$2
  loader=$(tree_path "$tree"/usr/lib/*-linux-gnu/ld-linux-*.so.*)
  libraries=$(tree_path "$tree"/usr/lib/*-linux-gnu)
  llvm=$(tree_path "$tree"/usr/lib/llvm-*/lib)
  cat >"$wrapper.new" <<WRAPPER
#!/bin/sh
exec "$loader" --library-path "$libraries:$llvm" "$tree/usr/bin/bpftrace" "\$@"
WRAPPER
  chmod 755 "$wrapper.new"
  mv "$wrapper.new" "$wrapper"
}

# fetch_bpftrace SUITE: that Debian's own version.
fetch_bpftrace() {
  tree=$CACHE/$1 wrapper=$CACHE/bpftrace-$1
  if [ -x "$wrapper" ] && "$wrapper" --version >/dev/null 2>&1; then return 0; fi
  echo "Fetching the bpftrace of Debian $1 (about a minute)"
  # An interrupted run may have left /proc mounted inside.
  rm -rf --one-file-system "$tree" "$tree.unfinished"
  # Nothing in it must survive a crash, and not waiting for the disk halves the time.
  DPKG_FORCE=unsafe-io debootstrap --variant=minbase --include=bpftrace \
    "$1" "$tree.unfinished" >"$tree.log" 2>&1 || {
    tail -n 20 "$tree.log"
    return 1
  }
  rm -f "$tree.unfinished"/var/cache/apt/archives/*.deb
  mv "$tree.unfinished" "$tree"
  write_wrapper "$tree" "$wrapper" && "$wrapper" --version
}

[ "$(id -u)" = 0 ] || fail 'This sets up the machine: run it as root.'
command -v apt-get >/dev/null || fail 'This supports only Debian and its derivatives: there is no apt-get.'
install_packages
mkdir -p "$CACHE"
# bpftrace 0.24 and later reads the list of tracepoints there.
mountpoint -q /sys/kernel/tracing || mount -t tracefs tracefs /sys/kernel/tracing

fetch_bpftrace trixie || fail 'The bpftrace of Debian trixie is needed for the live tests.'
bpftraces=$CACHE/bpftrace-trixie
if fetch_bpftrace sid; then
  bpftraces=$bpftraces:$CACHE/bpftrace-sid
else
  echo 'The bpftrace of Debian sid could not be fetched: tests run without it.'
fi
echo "$bpftraces" >&3
