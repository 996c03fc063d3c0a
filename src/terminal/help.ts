/** The help texts of the terminal tool. What they say about options comes from options.ts. */
import { optionLines } from './optionLines';

export const MAIN_HELP = `stack-count - count the call stacks that keep this machine busy

Usage:
  stack-count record  [options] [-- COMMAND ARGS...]
  stack-count monitor [options]
  stack-count convert FILE --to svg|folded|speedscope|bpftrace [-o FILE]
  stack-count doctor  [--json]
  stack-count helper  install|uninstall|status
  stack-count COMMAND --help

Commands:
  record    count stacks of processes, until Ctrl-C or for --duration
  monitor   record stacks only while the machine's load is over a threshold
  convert   turn recorded stacks into a flame graph or another format
  doctor    check what recording needs on this machine, and say how to fix it
  helper    install or remove the helper that runs as root, for all users

  -h, --help       this text, or that of a command
  -v, --version    the version
`;

export const RECORD_HELP = `stack-count record - count call stacks by sampling, with eBPF

Usage:
  stack-count record [options]
  stack-count record [options] -- COMMAND ARGS...

Samples every CPU at a fixed rate and counts which stacks are running, for all processes except
idle, for some (-p), or for a command that is started here as you and whatever it starts (--).
Reports everything counted since the start, every 5 seconds, and writes it to stack_count.log.
Ctrl-C, SIGTERM, SIGHUP and --duration end a recording the same way: files written, exit 0.

What to count:
${optionLines('record', 'count')}

When and where:
${optionLines('record', 'results')}

Capture and replay:
${optionLines('record', 'capture')}

${optionLines('record', 'other')}

Standard output carries the reports and nothing else; a reader that is too slow for all of them gets
fewer, and always the last. Standard error carries progress, and ends
with a line like
  4,012 samples in 312 stacks of 14 processes, 3,877 outside, 37 lost (30 stack collisions, 7 map full)
samples   recorded, and counted in the report
outside   the CPU ran code that was not asked for (kernel stacks wanted, user code ran)
lost      sampled, but their stack could not be had, with the reason

Needs Linux with BTF, bpftrace 0.17 or newer, and root: run it as root, or pkexec will ask. Only the
small helper runs as root, not this program. Under sudo the files belong to the user who called it,
and a COMMAND runs as that user. The output of COMMAND goes to standard error.

Exit status:
  0  recorded                        3  not permitted
  1  the results were not written    4  bpftrace missing or too old
  2  wrong usage                     5  bpftrace failed

Examples:
  sudo stack-count record --duration 10 --format table
  sudo stack-count record -u -k -p "812 9033" -o /tmp
  stack-count record -u -k --format none -- make -j4
`;

export const MONITOR_HELP = `stack-count monitor - record stacks only while the load is over a threshold

Usage:
  stack-count monitor [options]

Waits until the machine's load is over the threshold, and counts stacks for as long as it is.
Reports what was counted every 5 seconds, and writes stack.bpf and stack.svg. If the load never
rises, nothing is recorded and earlier files stay as they are.

The load:
${optionLines('monitor', 'load')}

What to count:
${optionLines('monitor', 'count')}

When and where:
${optionLines('monitor', 'results')}

Capture and replay:
${optionLines('monitor', 'capture')}

${optionLines('monitor', 'other')}

Standard error tells when the load goes over the threshold and back, and at the end every episode
with its peak. Its last line, the requirements and the exit status are those of stack-count record.

Examples:
  sudo stack-count monitor
  sudo stack-count monitor --metric pressure --threshold 20 -u -k -o /var/tmp
`;

export const CONVERT_HELP = `stack-count convert - turn recorded stacks into a flame graph or another format

Usage:
  stack-count convert FILE --to FORMAT [-o FILE]

Reads stack_count.log, stack.bpf, folded stacks ("main;run;read 42"), and what bpftrace prints for a
map of stacks ("@[ ... ]: 42"). The format of FILE is recognized by its content. Counts are
kept exactly; a file that is cut off or damaged is refused with the number of the line.

${optionLines('convert', 'other')}

Exit status: 0 converted, 1 the result could not be written, 2 wrong usage or a file that is not
what it seems.

Examples:
  stack-count convert stack_count.log --to svg -o stack.svg
  bpftrace -e 'profile:hz:99 { @[kstack] = count(); }' > out.txt
  stack-count convert out.txt --to folded
`;

export const DOCTOR_HELP = `stack-count doctor - check what recording needs on this machine

Usage:
  stack-count doctor [--json] [--probe] [-p "1 2 3"]

Looks at bpftrace and what is known to be wrong with its version, at the kernel, at the ways to root
and which of them would be used, at the kernel's limits on sampling, and at where this runs
(container, WSL, process ids). Changes nothing.

Then records user stacks for two seconds, to see whether they reach down: code that was built
without frame pointers gives short stacks. This is done where recording asks for no password: as
root, or with a sudo that needs none.

${optionLines('doctor', 'other')}

Each line begins with its state:
  ok        as it should be
  note      worth knowing; nothing is wrong
  WARNING   recordings work, but show less than they could
  PROBLEM   recordings fail here
  unknown   could not be found out

Exit status, that of the recording which would fail:
  0  recording works               4  bpftrace missing or too old
  2  wrong usage                   5  the kernel does not let bpftrace do its work
  3  there is no way to root

Examples:
  sudo stack-count doctor
  stack-count doctor --probe -p "$(pidof nginx)"
  stack-count doctor --json | jq '.rows[] | select(.state == "problem")'
`;

export const HELPER_HELP = `stack-count helper - install or remove the helper that runs as root

Usage:
  stack-count helper install|uninstall|status [--json]

Without an installed helper, its whole text is shown to pkexec or sudo at each start, and pkexec
asks each time. An installed one has its own words in the dialog, and polkit remembers the answer
for a few minutes.

  install     put these two files in place, as root, and read them back:
                /usr/libexec/stack-count/helper
                /usr/share/polkit-1/actions/io.github.stack-count.policy
              An older version of ours is replaced; a newer one is left alone.
  uninstall   remove them
  status      say whether a helper is installed and would be used; 1 if it would not

${optionLines('helper', 'other', 18)}

A copy is used only if it and every folder above it belong to root, nobody else can write them, and
it is the same to the last byte as the one that comes with this version of Stack Count.

Exit status: 0 done, 1 not installed (status), 2 wrong usage, 3 not permitted or not possible.
`;
