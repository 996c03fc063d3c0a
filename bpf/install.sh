#!/bin/sh
# stack-count-install: runs as root when an administrator installs or removes the helper.
#
#   install HELPER POLICY    the texts themselves, as arguments: no file of a user is read
#   uninstall
#
# It writes and removes these two files, in folders that nobody but root can write, and starts
# nothing but chmod, id, mkdir, mktemp, mv, rm, rmdir, stat and sync, by absolute paths.
# Exit status: 64 argument, 71 not root, 72 a folder is not root's, 73 a file cannot be written.

set -eu
umask 022
cd /
PATH=/usr/sbin:/usr/bin:/sbin:/bin
export PATH LC_ALL=C
unset IFS ENV BASH_ENV CDPATH

folder=/usr/libexec/stack-count
actions=/usr/share/polkit-1/actions
helper=$folder/helper
policy=$actions/io.github.stack-count.policy

fail() {
  code=$1
  shift
  printf '%s\n' "$*" >&2
  exit "$code"
}

# 0:drwxr-xr-x: owner root, a folder and no link to one, no write for group and others.
require_roots() {
  for each; do
    case $(/usr/bin/stat -c '%u:%A' "$each" 2>/dev/null) in
      0:d????-??-?) ;;
      '') fail 72 "$each is not there" ;;
      *) fail 72 "$each does not belong to root alone" ;;
    esac
  done
}

# put PATH MODE TEXT: as a whole, or not at all.
put() {
  new=$(/bin/mktemp "$1.XXXXXXXX") || fail 73 "$1 cannot be written"
  if printf '%s' "$3" >"$new" && /bin/chmod "$2" "$new" && /bin/sync "$new" && /bin/mv -fT "$new" "$1"; then
    return 0
  fi
  /bin/rm -f "$new"
  fail 73 "$1 cannot be written"
}

[ "$(/usr/bin/id -u)" = 0 ] || fail 71 'This installs for all users: it needs root'
require_roots / /usr
case $#:${1-} in
  3:install)
    [ -d /usr/libexec ] || /bin/mkdir -m 755 /usr/libexec || fail 73 '/usr/libexec cannot be made'
    [ -d "$folder" ] || /bin/mkdir -m 755 "$folder" || fail 73 "$folder cannot be made"
    require_roots /usr/libexec "$folder" /usr/share /usr/share/polkit-1 "$actions"
    put "$helper" 755 "$2"
    put "$policy" 644 "$3"
    ;;
  1:uninstall)
    for each in /usr/libexec "$folder" /usr/share /usr/share/polkit-1 "$actions"; do
      [ ! -e "$each" ] || require_roots "$each"
    done
    # The policy goes first: without it nobody is asked for the helper in words of ours.
    # What mktemp made is there still if an installer was killed; nobody but root can make such names.
    /bin/rm -f "$policy" "$policy".???????? "$helper" "$helper".???????? ||
      fail 73 "$helper cannot be removed"
    [ ! -d "$folder" ] || /bin/rmdir "$folder" || fail 73 "$folder is not empty"
    ;;
  *) fail 64 'expected install HELPER POLICY, or uninstall' ;;
esac
