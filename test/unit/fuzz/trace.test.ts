/** Does the judge of the helper's strace see what is not allowed? */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { violations } from '../../fuzz/helper/trace';

const START = '7 execve("/bin/sh", ["/bin/sh", "-c", "…"], ["PATH=/bin"]) = 0';

function judge(...lines: string[]): string[] {
  const allowed = {
    shell: '/bin/sh',
    bpftrace: '/usr/bin/bpftrace',
    mayRead: (pid: number) => pid === 5,
  };
  return violations([START, ...lines].join('\n'), allowed);
}

test('tools, bpftrace with our words, and the mappings of a process that is recorded', () => {
  const seen = judge(
    '7 openat(AT_FDCWD, "/etc/ld.so.cache", O_RDONLY|O_CLOEXEC) = 3',
    '7 clone(child_stack=NULL, flags=SIGCHLD <unfinished ...>',
    '8 execve("/bin/sed", ["/bin/sed", "-u"], ["PATH=/bin"]) = 0',
    '7 <... clone resumed>) = 8',
    '8 openat(AT_FDCWD, "/proc/5/maps", O_RDONLY) = 3',
    '7 vfork() = 9',
    '9 execve("/usr/bin/setsid", ["setsid", "/usr/bin/env"], []) = 0',
    '9 execve("/usr/bin/env", ["env", "-i"], []) = 0',
    '9 execve("/usr/bin/bpftrace", ["bpftrace", "--version"], ["LC_ALL=C"])   = 0',
    '9 openat(AT_FDCWD, "/anything", O_RDONLY) = 3',
  );
  assert.deepEqual(seen, []);
});

test('another program', () => {
  assert.match(judge('7 execve("/bin/cat", ["cat"], []) = 0').join(), /shell executes \/bin\/cat/);
  const tried = judge('7 execve("/tmp/sed", ["sed"], []) = -1 ENOENT (No such file)');
  assert.match(tried.join(), /executes \/tmp\/sed/);
});

test('a file that is not allowed, read or written', () => {
  assert.match(
    judge('7 openat(AT_FDCWD, "/etc/shadow", O_RDONLY) = 3').join(),
    /opens \/etc\/shadow/,
  );
  assert.match(judge('7 openat(AT_FDCWD, "/proc/5/maps", O_RDONLY) = 3').join(), /shell opens/);
  assert.match(
    judge('7 open("/dev/null", O_RDWR) = 3', '7 unlink("/x") = 0').join(),
    /^shell changes/,
  );
  const tool = ['7 fork() = 8', '8 execve("/bin/sed", ["sed"], []) = 0'];
  const other = judge(...tool, '8 openat(AT_FDCWD, "/proc/6/maps", O_RDONLY) = 3');
  assert.deepEqual(other, ['tool opens /proc/6/maps']);
});

test('bpftrace with words, a program or variables that are not ours', () => {
  const started = (words: string, variables: string): string =>
    judge(`7 execve("/usr/bin/bpftrace", [${words}], [${variables}]) = 0`).join();
  assert.match(started('"bpftrace", "--unsafe", "-e", "x"', ''), /is told/);
  assert.match(started('"b", "-B", "full", "-e", "\\nBEGIN\\n{ system(\\"x\\") }"', ''), /is told/);
  assert.match(started('"b", "--version"', '"BPFTRACE_BTF=/tmp/x"'), /is given BPFTRACE_BTF/);
});
