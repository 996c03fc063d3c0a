/**
 * Reads what strace saw of a helper and everything it started, and says what was not allowed.
 *
 *   9123 execve("/bin/sed", ["/bin/sed", "-u", "s/^/B /"], ["PATH=/usr/sbin:…"]) = 0
 *   9124 openat(AT_FDCWD, "/proc/1/maps", O_RDONLY) = 3
 */

/** Who does it: whatever was there before the helper's shell, the shell, bpftrace, or a tool. */
type Role = 'before' | 'shell' | 'bpftrace' | 'tool';

export interface Allowed {
  /** The shell that is given the helper's text. */
  readonly shell: string;
  readonly bpftrace: string;
  readonly mayRead: (pid: number) => boolean;
}

const TOOLS = [
  '/usr/bin/env',
  '/usr/bin/head',
  '/usr/bin/id',
  '/usr/bin/nice',
  '/bin/sed',
  '/usr/bin/setsid',
  '/bin/sleep',
  '/usr/bin/stat',
  '/bin/uname',
];

/** Opened by the loader, the C library and libselinux on behalf of any program. */
const COMMON =
  /^(\/dev\/null|\/etc\/ld\.so\.(cache|preload)|(\/usr)?\/lib(64)?\/[\w./+-]+|\/proc\/(filesystems|mounts|self\/\w+)|\/sys\/fs\/selinux.*|\/selinux|\/etc\/selinux\/.*)$/;

/** What a shell may look at of its own children; the one of bpftrace it may also write to. */
const CHILD = /^\/proc\/([1-9]\d*)\/(?:stat|autogroup)$/;

/** Calls that make, change or remove something in a file system. */
const CHANGES =
  /^(creat|mkdir|mkdirat|mknod|mknodat|rename\w*|link|linkat|symlink\w*|unlink\w*|rmdir|truncate|chmod|fchmodat\w*|chown|lchown|fchownat|utime\w*|setxattr|lsetxattr|removexattr|mount|umount2|swapon|chroot|pivot_root)$/;

/** What bash opens before it reads its first line, where it is the system's sh. */
const BY_BASH = /^(\/dev\/tty|\/usr\/share\/locale\/[\w./-]*|\/etc\/(nsswitch\.conf|passwd))$/;

const OPENS = /^(open|openat|openat2)$/;

export function violations(trace: string, allowed: Allowed): string[] {
  return new Judge(allowed).read(trace);
}

class Judge {
  readonly #roles = new Map<string, Role>();
  readonly #parents = new Map<string, string>();
  readonly #found: string[] = [];
  #first = '';

  constructor(private readonly allowed: Allowed) {}

  read(trace: string): string[] {
    const lines = whole(trace);
    // A child may be seen at work before its parent has returned from making it.
    for (const { pid, text } of lines) {
      const made = /^(?:clone3?|v?fork)\(.* = (\d+)$/s.exec(text)?.[1];
      if (made !== undefined) this.#parents.set(made, pid);
    }
    this.#first = lines[0]?.pid ?? '';
    for (const { pid, text } of lines) this.#judge(pid, text);
    if (![...this.#roles.values()].includes('shell')) this.#found.push('the shell was not seen');
    return this.#found;
  }

  #role(pid: string): Role {
    const known = this.#roles.get(pid);
    if (known) return known;
    const parent = this.#parents.get(pid);
    const role = pid === this.#first || parent === undefined ? 'before' : this.#role(parent);
    this.#roles.set(pid, role);
    return role;
  }

  #judge(pid: string, text: string): void {
    const [, call = '', rest = ''] = /^(\w+)\((.*)$/s.exec(text) ?? [];
    const role = this.#role(pid);
    if (call === 'execve' || call === 'execveat') return this.#executed(pid, role, rest);
    if (role === 'before') return;
    const path = unescape(/"((?:[^"\\]|\\.)*)"/.exec(rest)?.[1] ?? '');
    if (CHANGES.test(call)) this.#found.push(`${role} changes a file: ${text.slice(0, 200)}`);
    if (!OPENS.test(call)) return;
    if (/O_(WRONLY|RDWR|CREAT|TRUNC|APPEND)/.test(rest) && !this.#mayWrite(pid, role, path))
      this.#found.push(`${role} opens ${path} for writing`);
    if (!this.#mayOpen(pid, role, path)) this.#found.push(`${role} opens ${path}`);
  }

  #executed(pid: string, role: Role, rest: string): void {
    const path = unescape(/"((?:[^"\\]|\\.)*)"/.exec(rest)?.[1] ?? '');
    const worked = / = 0$/.test(rest);
    if (role === 'before') {
      if (worked && path === this.allowed.shell) this.#roles.set(pid, 'shell');
      return;
    }
    const isBpftrace = path === this.allowed.bpftrace;
    if (role === 'bpftrace' || !(isBpftrace || TOOLS.includes(path)))
      this.#found.push(`${role} executes ${path}`);
    if (isBpftrace) this.#found.push(...oddWords(rest));
    if (worked) this.#roles.set(pid, isBpftrace ? 'bpftrace' : 'tool');
  }

  #mayOpen(opener: string, role: Role, path: string): boolean {
    if (COMMON.test(path) || role === 'bpftrace') return true;
    if (role === 'shell' && path === '/proc/uptime') return true;
    const looked = role === 'shell' ? CHILD.exec(path)?.[1] : undefined;
    if (looked !== undefined) return this.#parents.get(looked) === opener;
    if (role === 'shell' && BY_BASH.test(path)) return this.allowed.shell !== '/bin/sh';
    const pid = role === 'tool' ? /^\/proc\/([1-9]\d*)\/maps$/.exec(path)?.[1] : undefined;
    return pid !== undefined && this.allowed.mayRead(Number(pid));
  }

  #mayWrite(writer: string, role: Role, path: string): boolean {
    const favoured = role === 'shell' ? /^\/proc\/(\d+)\/autogroup$/.exec(path)?.[1] : undefined;
    return (
      path === '/dev/null' ||
      (favoured !== undefined && this.#parents.get(favoured) === writer) ||
      (role === 'shell' && path === '/dev/tty' && this.allowed.shell !== '/bin/sh') ||
      (role === 'bpftrace' && /^\/(dev|sys|proc)\//.test(path))
    );
  }
}

/** bpftrace's words and variables are ours alone: `-B full -e PROGRAM` or `--version`. */
function oddWords(rest: string): string[] {
  const [, words = '', variables = ''] = /^"[^"]*", \[(.*)\], \[(.*)\]\) += /s.exec(rest) ?? [];
  const list = strings(words).slice(1);
  const odd = strings(variables).filter(
    (variable) => !/^(PATH=[\w:/]+|LC_ALL=C|BPFTRACE_\w+=\d+)$/.test(variable),
  );
  const found = odd.map((variable) => `bpftrace is given ${variable}`);
  const good = list.join(' ') === '--version' || isOurProgram(list);
  return good ? found : [...found, `bpftrace is told ${rest.slice(0, 300)} … ${rest.slice(-300)}`];
}

/** No word of a program may come from outside: what is left without our own is a short alphabet. */
function isOurProgram([buffer, full, flag, program = '', ...more]: readonly string[]): boolean {
  const shape = buffer === '-B' && full === 'full' && flag === '-e' && more.length === 0;
  return (
    shape &&
    /^\n+BEGIN\n/.test(program) &&
    !/\b(system|exec|open|unsafe)\b|touch|\{\{/.test(program)
  );
}

function strings(list: string): string[] {
  return [...list.matchAll(/"((?:[^"\\]|\\.)*)"/g)].map(([, text = '']) => unescape(text));
}

function unescape(text: string): string {
  return text.replace(/\\(x[0-9a-f]{2}|[0-7]{1,3}|.)/gs, (_, code: string) => {
    if (/^[0-7]/.test(code)) return String.fromCharCode(parseInt(code, 8));
    if (code.length === 3) return String.fromCharCode(parseInt(code.slice(1), 16));
    return { n: '\n', t: '\t', r: '\r', v: '\v', f: '\f' }[code] ?? code;
  });
}

/** Puts `<unfinished ...>` and `resumed>` together; other lines are of signals and ends. */
function whole(trace: string): { pid: string; text: string }[] {
  const begun = new Map<string, string>();
  const lines: { pid: string; text: string }[] = [];
  for (const line of trace.split('\n')) {
    const [, pid = '', text = ''] = /^(\d+) +(.*)$/s.exec(line) ?? [];
    const start = /^(.*?)\s*<unfinished \.\.\.>$/s.exec(text)?.[1];
    const rest = /^<\.\.\. \w+ resumed>(.*)$/s.exec(text)?.[1];
    if (start !== undefined) begun.set(pid, start);
    else if (rest !== undefined) lines.push({ pid, text: (begun.get(pid) ?? '') + rest });
    else if (/^\w+\(/.test(text)) lines.push({ pid, text });
  }
  return lines;
}
