/** Runs the helper under strace as one invented case says, and judges what it did. */
import { spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { helperText } from '../../../src/helper/helperText';
import { descendantsOf } from '../../support/processes';
import { tempDir } from '../../support/tempDir';
import { compileWorkload } from '../../support/workloads';
import { Random } from '../../support/random';
import { inventCase, isGood, isGoodCaller, mayRead, type HelperCase } from './invent';
import { canStart, within } from './streams';
import { violations } from './trace';

export interface Way {
  readonly name: string;
  /** What is put before `SHELL -c TEXT`: nothing, or pkexec. */
  readonly before: readonly string[];
  readonly shell: string;
  /** Runs as this user, who is let become root by the command. */
  readonly user?: string;
}

export const DIRECT: Way = { name: 'as root', before: [], shell: '/bin/sh' };

/** Nothing it does takes long with a bpftrace that obeys. */
const HANGS_AFTER_MS = 20_000;
const CALLS = 'trace=%file,clone,clone3,fork,vfork';

/** Names a shell or a helper might look up where it stands, or along a PATH. */
const TRAPS = [
  'bpftrace',
  'sh',
  'env',
  'id',
  'sed',
  'sleep',
  'stat',
  'uname',
  'kill',
  'nice',
  'head',
  'printf',
  'cat',
  'rc',
];

/** Before its first line bash reads what these name; dash never does. */
const mayGive = (name: string, shell: string): boolean =>
  shell === '/bin/sh' || !['LOCPATH', 'GCONV_PATH'].includes(name);

/** What a shell says before it reads the first line. */
const BEFORE_US = /warning: setlocale: |getcwd\(\) failed|^shell-init: |getcwd: cannot access/;

/** Some values of LANG and TERM pkexec refuses: the helper was not started at all. */
const REFUSED_BY_PKEXEC = 127;

export class HelperFuzzer {
  readonly #folder = tempDir('helper-fuzz', true);
  readonly #trap = join(this.#folder, 'trap');
  readonly #text: string;
  /** Helpers that were started. */
  started = 0;

  /** @param bpftrace absent: one of our own that opens nothing */
  constructor(
    private readonly way: Way,
    private readonly bpftrace = compileWorkload('fakebpftrace'),
  ) {
    this.#text = helperText(bpftrace);
    mkdirSync(this.#trap);
    for (const name of TRAPS)
      writeFileSync(join(this.#trap, name), `#!/bin/sh\n/usr/bin/touch ${this.#trap}/made\n`, {
        mode: 0o755,
      });
    // Whoever runs it may write here.
    chmodSync(this.#trap, 0o777);
  }

  /** What was not allowed; empty when all was well. */
  async problems(seed: number): Promise<string[]> {
    return this.problemsOf(inventCase(new Random(seed), this.#trap, this.way.user !== undefined));
  }

  async problemsOf(invented: HelperCase): Promise<string[]> {
    const { code, stderr, trace } = await this.#run(invented);
    if (this.way.before.length > 0 && !this.#passedOn(invented, code, trace)) return [];
    this.started++;
    return [...this.#judgeEnd(invented, code, stderr), ...this.#judgeTrace(invented, trace)];
  }

  describe(seed: number): string {
    const invented = inventCase(new Random(seed), this.#trap, this.way.user !== undefined);
    return JSON.stringify(invented, null, 1).slice(0, 3000);
  }

  async #run({ arguments: words, input, environment, surroundings }: HelperCase): Promise<Ran> {
    const { before, shell } = this.way;
    const log = join(this.#folder, 'trace');
    const user = this.way.user === undefined ? [] : ['-u', this.way.user];
    const strace = [
      '-f',
      '-v',
      '-s',
      '100000',
      '-e',
      CALLS,
      '-e',
      'signal=none',
      '-o',
      log,
      ...user,
    ];
    const variables = Object.entries(environment).filter(([name]) => mayGive(name, shell));
    const helper = [...before, shell, '-c', this.#text, 'stack-count-helper', ...words];
    const command = [...within(surroundings, Object.fromEntries(variables)), ...helper];
    const env = { PATH: '/usr/sbin:/usr/bin:/sbin:/bin' };
    const child = spawn('/usr/bin/strace', [...strace, ...command], {
      cwd: this.#trap,
      env,
    });
    let stderr = '';
    child.stdout.resume();
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString('latin1')));
    child.stdin.on('error', () => {});
    child.stdin.end(input);
    const timer = setTimeout(() => killAll(child.pid), HANGS_AFTER_MS);
    const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
    clearTimeout(timer);
    return { code, stderr, trace: readFileSync(log, 'latin1') };
  }

  /** pkexec did what it was told: it may refuse the variables, or die of its own last words. */
  #passedOn({ surroundings }: HelperCase, code: number | null, trace: string): boolean {
    if (code === REFUSED_BY_PKEXEC) return false;
    return canStart(surroundings) || trace.includes(`execve("${this.way.shell}"`);
  }

  #judgeEnd(invented: HelperCase, code: number | null, stderr: string): string[] {
    const { environment, surroundings } = invented;
    const expected = this.#expectedCode(invented);
    const right = expected === undefined || code === expected;
    const found = right ? [] : [`ended with ${code}, not ${expected}: ${stderr.slice(0, 500)}`];
    if (!canStart(surroundings)) return found;
    const untagged = stderr
      .split('\n')
      .filter((line) => line !== '' && !/^[SBM] /.test(line) && !BEFORE_US.test(line));
    // A bash that is told to traces what it does, and its caller is root already.
    const traces = environment['SHELLOPTS']?.startsWith('xtrace');
    if (untagged.length > 0 && !traces) found.push(`a line without a tag: ${untagged[0]}`);
    if (existsSync(join(this.#trap, 'made'))) found.push('a trap was sprung');
    return found;
  }

  /** undefined: whatever its shell makes of that. */
  #expectedCode({ arguments: words, environment, surroundings }: HelperCase): number | undefined {
    if (!canStart(surroundings)) return undefined;
    // pkexec says itself who called.
    return isGood(words) && (this.way.user !== undefined || isGoodCaller(environment)) ? 0 : 64;
  }

  #judgeTrace({ arguments: words }: HelperCase, trace: string): string[] {
    const { shell } = this.way;
    const mayReadPid = (pid: number): boolean => mayRead(words, pid);
    return violations(trace, { shell, bpftrace: this.bpftrace, mayRead: mayReadPid });
  }
}

/** A tracer that is killed lets go of what it traces. */
function killAll(pid: number | undefined): void {
  if (pid === undefined) return;
  for (const each of [...descendantsOf(pid), pid]) {
    try {
      process.kill(each, 'SIGKILL');
    } catch {
      // It has ended by itself.
    }
  }
}

interface Ran {
  readonly code: number | null;
  readonly stderr: string;
  readonly trace: string;
}

export interface Budget {
  readonly seed: number;
  readonly seconds: number;
  readonly cases?: number;
}

/** Until the time is used up or something is found. */
export async function fuzzHelper(
  fuzzer: HelperFuzzer,
  { seed, seconds, cases = Infinity }: Budget,
): Promise<{ cases: number; found: string }> {
  const deadline = performance.now() + seconds * 1000;
  for (let done = 0; ; done++) {
    if (done >= cases || performance.now() > deadline) return { cases: done, found: '' };
    const problems = await fuzzer.problems(seed + done);
    if (problems.length === 0) continue;
    const found = [`seed ${seed + done}`, ...problems, fuzzer.describe(seed + done)].join('\n');
    return { cases: done + 1, found };
  }
}
