/** Invents ways to start the helper and things to tell it, most of them not meant to be. */
import type { Random } from '../../support/random';
import { inventSurroundings, type Surroundings } from './streams';

export interface HelperCase {
  readonly surroundings: Surroundings;
  readonly arguments: readonly string[];
  readonly input: string;
  readonly environment: Readonly<Record<string, string>>;
}

/** What a shell, a path or a number parser could take for something else. `TRAP` is a folder. */
const HOSTILE = [
  ...['', ' ', '0', '-1', '+1', '00', '01', '0x10', '1e3', '1.0', '9999999', '10000000', '٣', '²'],
  ...['4194304', '4194305', '99999999999999999999', '1;touch TRAP/made', '$(touch TRAP/made)'],
  ...['`touch TRAP/made`', '1|touch TRAP/made', '1\ntouch TRAP/made', '*', '?', '[0-9]', '~', '..'],
  ...[
    '../../etc/passwd',
    '/etc/passwd',
    '1/../../etc/shadow',
    '-e',
    '-n',
    '--version',
    '-f/etc/passwd',
  ],
  ...[
    '$PATH',
    '${IFS}',
    '&',
    '>TRAP/made',
    '<TRAP/sed',
    '1,2',
    ',',
    '1,',
    ',1',
    '1 2',
    'self',
    '%s%n',
  ],
  ...[
    "';touch TRAP/made;'",
    '"',
    '\\',
    '\t',
    '\r',
    '\x1b[31m',
    'a'.repeat(10_000),
    '1'.repeat(500),
  ],
  ...['|w TRAP/made', '1|w TRAP/made', '|e touch TRAP/made', 'none', 'all', 'kernel', '1=1', '='],
];

const GOOD = {
  stacks: ['kernel', 'user', 'both'],
  hz: ['1', '99', '999'],
  depth: ['1', '48', '127'],
  keys: ['256', '4096', '65536'],
  tick: ['1', '60'],
  gate: ['none', '0', '4', '100000'],
  follow: ['0', '1'],
  pids: ['all', '1', '1,2', '4194304', Array.from({ length: 64 }, (_, i) => i + 1).join(',')],
} as const;

/** May be left out, and is 0 then. */
const OPTIONAL = { own: ['0', '1'] } as const;

/** Variables that some shell, loader or tool listens to. */
const VARIABLES: Readonly<Record<string, readonly string[]>> = {
  PATH: ['TRAP', 'TRAP:/usr/bin:/bin', '', '.', ':'],
  ENV: ['TRAP/rc', '$(touch TRAP/made)'],
  BASH_ENV: ['TRAP/rc', '$(touch TRAP/made)'],
  IFS: ['/', '0123456789', ' \t\n=,', 'a', 's', ''],
  CDPATH: ['TRAP', '.'],
  PWD: ['TRAP', '/nowhere', '..'],
  OLDPWD: ['TRAP'],
  HOME: ['TRAP', ''],
  TMPDIR: ['TRAP'],
  SHELLOPTS: ['xtrace:verbose', 'noglob'],
  PS4: ['$(touch TRAP/made)'],
  PS1: ['$(touch TRAP/made)'],
  POSIXLY_CORRECT: ['1'],
  LANG: ['de_DE.UTF-8', 'tr_TR', '../../TRAP', 'C.UTF-8'],
  LC_ALL: ['tr_TR.UTF-8', '/TRAP', 'zh_CN.GB18030'],
  LANGUAGE: ['../../../TRAP'],
  LOCPATH: ['TRAP'],
  NLSPATH: ['TRAP/%N'],
  GCONV_PATH: ['TRAP'],
  TERM: ['../../TRAP', 'dumb'],
  BPFTRACE_BTF: ['TRAP/btf'],
  BPFTRACE_KERNEL_SOURCE: ['TRAP'],
  BPFTRACE_KERNEL_BUILD: ['TRAP'],
  BPFTRACE_VMLINUX: ['TRAP/vmlinux'],
  BPFTRACE_MAX_MAP_KEYS: ['1', '$(touch TRAP/made)'],
  BPFTRACE_MAX_STRLEN: ['999999999'],
  BPFTRACE_STACK_MODE: ['bpftrace'],
  BPFTRACE_NO_USER_SYMBOLS: ['0'],
  BCC_SYMFS: ['TRAP'],
  BCC_PROBE_READ_KERNEL: ['1'],
  DEBUGINFOD_URLS: ['file://TRAP'],
  stacks: ['user'],
  bpftrace: ['TRAP/bpftrace'],
  BPFTRACE_PATHS: ['TRAP/bpftrace'],
  pids: ['all'],
  filled: ['BEGIN { system("touch TRAP/made"); }'],
  runner: ['1'],
  child: ['1'],
  own: ['0'],
  caller: ['0'],
  above: ['TRAP'],
  PROGRAM: ['BEGIN { system("touch TRAP/made"); }'],
  PKEXEC_UID: ['0', '1000', '4294967295', '-1', '01', '0;touch TRAP/made', ''],
  SUDO_UID: ['0', '1000', '99999999999', '0 == 0) { system("touch TRAP/made"); } if (1', ''],
};

/** Of the loader: they act before the first line of the helper, and pkexec and sudo remove them. */
const LOADER_VARIABLES: Readonly<Record<string, readonly string[]>> = {
  LD_PRELOAD: ['TRAP/evil.so'],
  LD_LIBRARY_PATH: ['TRAP'],
  LD_AUDIT: ['TRAP/evil.so'],
  LD_DEBUG: ['all'],
  LD_DEBUG_OUTPUT: ['TRAP/made'],
  GLIBC_TUNABLES: ['glibc.malloc.check=3'],
};

const INPUTS = [
  'run',
  'pause',
  'stop',
  'maps 1',
  'maps 2',
  'maps',
  'maps ',
  'RUN',
  'run ',
  ' run',
  '',
];

/** @param trap folder with programs that must not be run @param loader also what the loader obeys */
export function inventCase(random: Random, trap: string, loader: boolean): HelperCase {
  const set = (text: string): string => text.replaceAll('TRAP', trap);
  const variables = { ...VARIABLES, ...(loader ? LOADER_VARIABLES : {}) };
  const environment = Object.fromEntries(
    Object.entries(variables)
      .filter(() => random.once(3))
      .map(([name, values]) => [name, set(random.pick(values))]),
  );
  return {
    arguments: inventArguments(random).map(set),
    input: set(inventInput(random)),
    environment,
    surroundings: inventSurroundings(random),
  };
}

const ALL = { ...OPTIONAL, ...GOOD };

/** In any order, once in a while with `own=`, and most of the time with something wrong. */
function inventArguments(random: Random): string[] {
  const words = Object.entries(GOOD).map(([name, values]) => `${name}=${random.pick(values)}`);
  if (!random.once(3)) {
    const at = random.once(2) ? 0 : random.below(words.length);
    words.splice(at, 0, `own=${random.pick(OPTIONAL.own)}`);
  }
  if (random.once(2)) words.push(...words.splice(0, random.below(words.length)));
  if (random.once(3)) return words;
  for (let left = 1 + random.below(2); left > 0; left--) {
    const at = random.below(words.length);
    const name = random.pick(Object.keys(ALL) as (keyof typeof ALL)[]);
    const odd = random.pick([
      `${name}=${random.pick(HOSTILE)}`,
      random.pick(HOSTILE),
      `${name}`,
      `${name}=${random.pick(ALL[name] as readonly string[])}`,
    ]);
    words.splice(at, random.below(2), odd);
  }
  return words;
}

function inventInput(random: Random): string {
  const lines: string[] = [];
  for (let left = random.below(8); left > 0; left--) {
    const odd = [`maps ${random.pick(HOSTILE)}`, random.pick(HOSTILE), `${random.pick(INPUTS)}\0x`];
    lines.push(random.once(2) ? random.pick(INPUTS) : random.pick(odd));
  }
  const end = random.once(4) ? '' : '\n';
  return lines.join('\n') + end;
}

/** The grammar of bpf/README.md once more, to tell what has to be refused. */
export function isGood(words: readonly string[]): boolean {
  const names = words.map((word) => word.slice(0, word.indexOf('=')));
  const once = new Set(names).size === names.length;
  return once && words.every(isGoodWord) && Object.keys(GOOD).every((name) => names.includes(name));
}

/** pkexec and sudo say who called; nobody else has to be believed, but a number it must be. */
export function isGoodCaller({ PKEXEC_UID, SUDO_UID }: HelperCase['environment']): boolean {
  return isInteger(PKEXEC_UID || SUDO_UID || '0', 0, 4_294_967_294);
}

const INTEGERS: Readonly<Record<string, readonly [number, number]>> = {
  hz: [1, 999],
  depth: [1, 127],
  keys: [256, 65_536],
  tick: [1, 60],
  gate: [0, 100_000],
};

function isGoodWord(word: string): boolean {
  const equals = word.indexOf('=');
  const [name, value] = [word.slice(0, equals), word.slice(equals + 1)];
  if (equals < 0) return false;
  if (name === 'stacks') return ['kernel', 'user', 'both'].includes(value);
  if (name === 'follow' || name === 'own') return value === '0' || value === '1';
  if (name === 'gate' && value === 'none') return true;
  if (name === 'pids') return value === 'all' || arePids(value);
  const bounds = INTEGERS[name];
  return bounds !== undefined && isInteger(value, ...bounds);
}

/** One comma at the end is let pass. */
function arePids(value: string): boolean {
  const pids = value.replace(/,$/, '').split(',');
  return pids.length <= 64 && pids.every((pid) => isInteger(pid, 1, 4_194_304));
}

function isInteger(text: string, low: number, high: number): boolean {
  return /^(0|[1-9][0-9]*)$/.test(text) && Number(text) >= low && Number(text) <= high;
}

/** Whose mappings the helper may send: with `own=1` nobody's. */
export function mayRead(words: readonly string[], pid: number): boolean {
  const value = (name: string): string | undefined =>
    words.find((word) => word.startsWith(`${name}=`))?.slice(name.length + 1);
  const pids = value('pids') ?? '';
  if (value('own') === '1') return false;
  return pids === 'all' || value('follow') === '1' || pids.split(',').includes(String(pid));
}
