#!/bin/sh
# stack-count-helper: the only part of Stack Count that runs as root.
#
# It starts bpftrace with one fixed program and obeys four words on its standard input. It writes one
# file, /proc/<pid of its bpftrace>/autogroup, to give it CPU time on a busy machine. It executes
# bpftrace, env, head, id, nice, sed, setsid, sleep, stat and uname, by absolute paths, and nothing else.
# Its arguments are integers and words from short lists; others are refused.
#
#   stacks=kernel|user|both  hz=1..999  depth=1..127  keys=256..65536   tick=1..60
#   gate=none|0..100000      follow=0|1  pids=all|N,N,...   (64 at most)
#   own=0|1                  1: only processes of the user who called pkexec or sudo
#
# Standard output is bpftrace's, and a line EXIT <status> when a run has ended. Every line on standard error carries a tag:
#   S ours        S HELLO 1 0.23.2 x86_64        B bpftrace's        M <pid> a line of its maps
# Standard input: run | pause | maps <pid> | stop. End of file is stop. See README.md.

set -u +vx
umask 077
cd / || exit 70
PATH=/usr/sbin:/usr/bin:/sbin:/bin
export PATH LC_ALL=C
unset IFS ENV BASH_ENV CDPATH
# Ctrl-C and a closing terminal reach us through the engine, which ends our standard input.
trap '' INT QUIT HUP

# Where bpftrace may be. A single path is one that root has named, in place of these.
BPFTRACE_PATHS='/usr/bin/bpftrace /usr/sbin/bpftrace /usr/local/bin/bpftrace /usr/local/sbin/bpftrace'

# say WORDS: one line of ours, in one write.
say() { printf 'S %s\n' "$*" >&4; }

# end CODE: what the outermost shell ends with, too.
end() {
  printf '%s' "$1" >&5
  exit "$1"
}

# fail CODE REASON [DETAIL]: the reason is one word of README.md.
fail() {
  code=$1
  shift
  say "FAIL $*"
  end "$code"
}

# integer VALUE LOW HIGH: digits only, within bounds, no leading zero to be taken for octal.
integer() {
  case $1 in
    '' | *[!0-9]* | 0?*) return 1 ;;
  esac
  [ "${#1}" -le 10 ] && [ "$1" -ge "$2" ] && [ "$1" -le "$3" ]
}

read_arguments() {
  stacks='' hz='' depth='' keys='' tick='' gate='' follow='' pids='' own=0 given=' '
  for argument; do
    value=${argument#*=}
    # Each once: polkit decides by the first argument, so a later one must not undo it.
    case $given in
      *" ${argument%%=*} "*) fail 64 argument repeated ;;
    esac
    given="$given${argument%%=*} "
    case $argument in
      stacks=kernel | stacks=user | stacks=both) stacks=$value ;;
      hz=*) integer "$value" 1 999 && hz=$value ;;
      depth=*) integer "$value" 1 127 && depth=$value ;;
      keys=*) integer "$value" 256 65536 && keys=$value ;;
      tick=*) integer "$value" 1 60 && tick=$value ;;
      gate=none) gate=none ;;
      gate=*) integer "$value" 0 100000 && gate=$value ;;
      follow=0 | follow=1) follow=$value ;;
      own=0 | own=1) own=$value ;;
      pids=all) pids=all ;;
      pids=*) read_pids "$value" ;;
      *) fail 64 argument ;;
    esac || fail 64 argument "${argument%%=*}"
  done
  for value in "$stacks" "$hz" "$depth" "$keys" "$tick" "$gate" "$follow" "$pids"; do
    [ -n "$value" ] || fail 64 argument missing
  done
}

# Who called, as pkexec or sudo says: both set it anew, whatever it was before. Nobody did for root.
find_caller() {
  caller=${PKEXEC_UID:-${SUDO_UID:-0}}
  integer "$caller" 0 4294967294 || fail 64 argument caller
}

# read_pids 12,34: leaves "12 34" in $pids.
read_pids() {
  rest=$1, pids='' number=0
  while [ -n "$rest" ]; do
    pid=${rest%%,*}
    case $rest in
      *,*) rest=${rest#*,} ;;
      *) rest='' ;;
    esac
    number=$((number + 1))
    integer "$pid" 1 4194304 && [ "$number" -le 64 ] || return 1
    pids="$pids${pids:+ }$pid"
  done
}

# roots -c PATH: a file or folder that belongs to root, and nobody else may write. -Lc: or a link to one.
roots() {
  # 0:-rwxr-xr-x: owner root, a file or a folder (d), no write for group and others.
  case $(/usr/bin/stat "$1" '%u:%A' "$2") in
    0:[-d]????-??-?) ;;
    *) return 1 ;;
  esac
}

# safe PATH: nobody but root can put another file there, for all folders above are root's, too. Those
# of a path that root has named are root's own affair.
safe() {
  [ "$1" != "$BPFTRACE_PATHS" ] || { roots -Lc "$1"; return; }
  above=$1
  while roots -c "${above:-/}"; do
    [ -n "$above" ] || return 0
    above=${above%/*}
  done
  return 1
}

find_bpftrace() {
  bpftrace=''
  for path in $BPFTRACE_PATHS; do
    [ -f "$path" ] && [ -x "$path" ] && safe "$path" && bpftrace=$path && break
  done
  [ -n "$bpftrace" ] || fail 65 bpftrace-missing
  version=$(/usr/bin/env -i LC_ALL=C "$bpftrace" --version 2>/dev/null) || fail 65 bpftrace-broken
  version=${version#bpftrace v}
  minor=${version#*.}
  minor=${minor%%.*}
  case ${version%%.*}:$minor in
    0:*[!0-9]* | 0: | 0:? | 0:1[0-6]) fail 66 bpftrace-old "${version%%[!0-9.]*}" ;;
    0:*) ;;
    [1-9]*:*) minor=999 ;;
    *) fail 65 bpftrace-broken ;;
  esac
  version=${version%%[!0-9.]*}
}

# The instruction pointer of kernel code has its top bit set on these machines.
find_machine() {
  machine=$(/bin/uname -m)
  case $machine in
    x86_64) in_user='(reg("ip") >> 63) == 0' ;;
    aarch64 | riscv64) in_user='(reg("pc") >> 63) == 0' ;;
    *) fail 67 machine ;;
  esac
  [ -r /sys/kernel/btf/vmlinux ] || fail 68 no-btf
  # The flags of a process's memory are a struct since Linux 6.18.
  case $(/bin/uname -r) in
    [1-5].* | 6.?.* | 6.?[!0-9]* | 6.1[0-7][!0-9]*) mm_flags=flags ;;
    *) mm_flags='flags.__mm_flags[0]' ;;
  esac
}

# The constants that fill the program's places: what each option means to bpftrace.
choose_fragments() {
  # Before 0.18 there is no raw mode: perf mode, with user symbols off, prints the address too.
  user_mode=raw
  [ "$minor" -ge 18 ] || user_mode=perf
  kernel="kstack(perf, $depth)" user="ustack($user_mode, $depth)"
  maps='cat("/proc/%d/maps", pid);'
  # shellcheck disable=SC2016  # $task is bpftrace's.
  case $stacks in
    kernel) list=$kernel outside=$in_user maps='' ;;
    # Without memory of its own (a kernel thread, a process at its exit) there is no user stack.
    user) list=$user outside='(uint64)$task->mm == 0' ;;
    both) list="$kernel, $user" outside='pid == 0' ;;
  esac
  want='' wanted='' forget='' following=''
  if [ "$pids" != all ]; then
    for pid in $pids; do want="$want@want[$pid] = 1; "; done
    wanted='if (@want[pid] != 1) { return; }' forget='clear(@want);'
  fi
  # A child of the wanted is wanted; a stranger that gets the pid of one who is gone is not. bpftrace
  # 0.23 warns at each delete of a key that is not there, and a busy machine forks all day. (0.17 has
  # no "else if", and cannot read an argument of the tracepoint that late.)
  if [ "$follow" = 1 ]; then
    following="tracepoint:sched:sched_process_fork { \$child = args->child_pid;"
    following="$following if (@want[pid] == 1) { @want[\$child] = 1; }"
    following="$following else { if (@want[\$child] == 1) { delete(@want[\$child]); } } }"
  fi
  owning=''
  if [ "$own" = 1 ]; then
    # Whose the files in /proc/<pid> are: task_dump_owner in fs/proc/base.c. Root owns what may not be
    # dumped, as programs that have been setuid; 1 is SUID_DUMP_USER.
    owning="\$owner = \$task->mm->$mm_flags % 4 == 1 ? \$task->real_cred->euid.val : 0;"
    owning="$owning if (\$owner != $caller) { return; }"
    # Their mappings the caller may read without us, and only while they are the caller's.
    maps=''
  fi
  gating='' load=''
  if [ "$gate" != none ]; then
    # Runnable tasks on this CPU, the one running included.
    gating="\$running = \$task->se.cfs_rq->rq->nr_running; @load = max(\$running);"
    gating="$gating if (\$running <= $gate) { return; }"
    load='print(@load); clear(@load);' forget="$forget clear(@load);"
  fi
}

# Not a here-document: older shells write those to a file.
PROGRAM='
#include sample.bt
'

# The program with its places filled in. Every value is an integer checked above or a constant.
fill_program() {
  printf '%s' "$PROGRAM" | /bin/sed -e '/^\/\//d' \
    -e "s|{{HZ}}|$hz|; s|{{TICK}}|$tick|; s|{{WANT}}|$want|; s|{{WANTED}}|$wanted|" \
    -e "s|{{OWNER}}|$owning|; s|{{GATE}}|$gating|; s|{{OUTSIDE}}|$outside|; s|{{MAPS}}|$maps|; s|{{STACKS}}|$list|" \
    -e "s|{{FOLLOW}}|$following|; s|{{LOAD}}|$load|; s|{{FORGET}}|$forget|"
}

# All that bpftrace gets to see of the environment: it obeys many variables, BPFTRACE_BTF among
# them, which names a file. Names changed in bpftrace 0.20.
choose_environment() {
  environment="PATH=$PATH LC_ALL=C BPFTRACE_NO_USER_SYMBOLS=1 BPFTRACE_PERF_RB_PAGES=256"
  if [ "$minor" -ge 20 ]; then
    environment="$environment BPFTRACE_MAX_MAP_KEYS=$keys BPFTRACE_MAX_CAT_BYTES=4194304"
  else
    environment="$environment BPFTRACE_MAP_KEYS_MAX=$keys BPFTRACE_CAT_BYTES_MAX=4194304"
  fi
}

# run_once: owns one bpftrace from its start to its end. TERM asks it to stop, USR1 kills it.
# A bpftrace that is printing its last maps dies of a second TERM, so it gets one.
run_once() {
  child='' asked='' code=127
  trap : PIPE
  trap 'asked=1; [ -z "$child" ] || kill -TERM "$child"' TERM
  trap 'asked=1; [ -z "$child" ] || kill -KILL "$child"' USR1
  # In a session of its own, or Ctrl-C would be the first TERM. Where it may not be nicer (a
  # container) it runs as it is.
  # shellcheck disable=SC2086  # One word for each variable.
  /usr/bin/nice -n -10 /usr/bin/setsid /usr/bin/env -i $environment \
    "$bpftrace" -B full -e "$filled" </dev/null >&3 3>&- 4>&- &
  started=$!
  say "START $started"
  favour "$started" 2>/dev/null
  # Only now it is no copy of this shell any more, which would forget a TERM with the traps.
  child=$started
  [ -z "$asked" ] || kill -TERM "$child"
  # A signal to us ends the wait, too, so wait again. 127: its status has been told already.
  asked=1
  while [ -n "$asked" ]; do
    asked=''
    # The shell tells of one that was killed as if bpftrace did.
    wait "$child" 2>/dev/null
    result=$?
    [ "$result" = 127 ] || code=$result
  done
  # Its number may be another's from here on, and a full pipe may hold us up.
  child=''
  # Behind the last thing bpftrace wrote, in the same stream; it may have died in mid-line.
  printf '\nEXIT %d\n' "$code" >&3
}

# favour PID: a session is a scheduling group of its own, which has a tenth of a CPU beside nine busy ones,
# and nice counts only inside of it (sched(7), "The autogroup feature"). So its group gets more, once
# it has one: until setsid has run it is in that of our caller. Where there are no such groups, as in
# a cpu cgroup, nice does it.
favour() {
  read -r parent _ </proc/self/stat
  # `4711 (bpftrace) S 4700 4711 4711 ...`: the fourth field is the parent, the sixth the session.
  while read -r _ _ state owner _ session _ <"/proc/$1/stat" &&
    [ "$owner" = "$parent" ] && [ "$state" != Z ]; do
    if [ "$session" = "$1" ]; then
      printf -- '-10\n' >"/proc/$1/autogroup"
      return 0
    fi
    /bin/sleep 0.01
  done
}

start_run() {
  [ -z "$runner" ] || return 0
  run_once 5>&- &
  runner=$!
}

# Whether this is a child of ours and runs: its number is given to another process some time after
# its end, and that one is none of our business. `4711 (sh) S 4700 ...`; what is no such line is none.
is_running() {
  state=Z parent=''
  read -r _ _ state parent _ 2>/dev/null <"/proc/$1/stat"
  [ "$parent" = "$me" ] && [ "$state" != Z ]
}

# Hundredths of a second since the machine was started, into $now: `3213.49 6103.11`.
look_at_clock() {
  read -r now _ </proc/uptime
  now=${now%.*}${now#*.}
  # 049 would be octal.
  now=${now#0} now=${now#0}
}

# stop_run: TERM, and KILL after 5 s by the clock, for on a busy machine a sleep takes far longer
# than it says. Whatever the runner was doing, its run is answered by EXIT: it may have been told to
# end before it had a trap for that.
stop_run() {
  [ -n "$runner" ] || return 0
  look_at_clock
  due=$((now + 500))
  ! is_running "$runner" || kill -TERM "$runner" 2>/dev/null
  while is_running "$runner"; do
    /bin/sleep 0.1
    look_at_clock
    if [ "$now" -ge "$due" ] && is_running "$runner"; then kill -USR1 "$runner"; fi
  done 2>/dev/null
  wait "$runner" 2>/dev/null
  ended=$?
  [ "$ended" = 0 ] || printf '\nEXIT %d\n' "$ended" >&3
  runner=''
}

# maps PID: again, for a process that has loaded a library since.
send_maps() {
  integer "$1" 1 4194304 || return 0
  [ "$own" = 0 ] || { say "DENY $1"; return; }
  if [ "$pids" != all ] && [ "$follow" = 0 ]; then
    case " $pids " in
      *" $1 "*) ;;
      *) say "DENY $1"; return ;;
    esac
  fi
  # A process can have any number of them, and whoever waits for a pause waits for this. The last line
  # may be cut: it gets its end.
  # shellcheck disable=SC1003
  /usr/bin/head -c 4194304 "/proc/$1/maps" 2>/dev/null |
    /bin/sed -u -e "s/^/M $1 /" -e '$a\' >&4 2>/dev/null
  say "MAPS $1"
}

obey() {
  while IFS= read -r line; do
    case $line in
      run) start_run ;;
      pause) stop_run; say PAUSED ;;
      'maps '*) send_maps "${line#maps }" ;;
      stop) return 0 ;;
      *) say DENY ;;
    esac
  done
}

main() {
  # Caught, not ignored: bpftrace shall die of it when its readers have closed.
  trap : PIPE
  read_arguments "$@"
  find_caller
  [ "$(/usr/bin/id -u)" = 0 ] || fail 71 not-root
  find_bpftrace
  find_machine
  choose_fragments
  # The shell's own number: $$ is that of the shell it was forked from.
  read -r me _ </proc/self/stat
  filled=$(fill_program)
  choose_environment
  say "HELLO 1 $version $machine"
  runner=''
  obey
  stop_run
  say BYE
  end 0
}

# 3: standard output for bpftrace alone. 4: standard error for our lines. 5: the status of main; that
# it can be a copy of 0 first says that there is a standard input, and no pipe of ours will be taken for it.
# What bpftrace writes to its standard error comes in pieces; sed makes whole lines of it, so that
# they cannot tear ours. Should one of these shells be killed, sample.bt sees it, and ends bpftrace.
exec 5<&0 3>&1 4>&2 2>/dev/null
status=$({ main "$@" 2>&1 >/dev/null | /bin/sed -u 's/^/B /' >&4 2>/dev/null 3>&- 5>&-; } 5>&1)
exit "${status:-70}"
