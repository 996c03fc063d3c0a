/** The help texts of the terminal tool. */

export const MAIN_HELP = `stack-count - count the call stacks that keep this machine busy

Usage:
  stack-count record  [options] [-- COMMAND ARGS...]
  stack-count COMMAND --help

Commands:
  record    count stacks of processes, until Ctrl-C or for --duration

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
  -k, --kernel        kernel stacks (this is the default)
  -u, --user          user stacks; with -k both, joined into one stack
  -p, --pid "1 2 3"   only these processes, with all their threads; at most 64
      --hz N          samples per second and CPU, 1 to 999 (default 99)

When and where:
      --interval S    seconds between two reports (default 5)
      --duration S    stop after S seconds
  -o, --output DIR    folder for stack_count.log (default: the current one)
      --format F      what to print on standard output at each report:
                      json   the whole document, in the shape of stack_count.log (default)
                      table  the busiest processes and stacks, for people
                      none   nothing

Capture and replay:
      --capture FILE  also save everything the recorder said
      --replay FILE   use such a file instead of recording; needs no root

      --bpftrace PATH another bpftrace; only for root
  -h, --help          this text

Standard output carries the reports and nothing else. Standard error carries progress, and ends
with a line like
  4,012 samples in 312 stacks of 14 processes, 3,877 outside, 37 lost (30 stack collisions, 7 map full)
samples   recorded, and counted in the report
outside   the CPU was in the part that was not asked for (kernel stacks wanted, user code ran)
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
