/** The helper obeys, whatever it is told when; and bpftrace is started anew, again and again. */
import assert from 'node:assert/strict';
import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { helperText } from '../../src/helper/helperText';
import { DEFAULT_CAPTURE, helperArguments } from '../../src/ticks/options';
import { atExit } from '../support/atExit';
import { systemBpftrace } from '../support/bpftraces';
import { CaptureReader } from '../support/captureReader';
import { runCli } from '../support/cli';
import { withoutBpftrace, withoutCompiler } from '../support/machine';
import { descendantsOf } from '../support/processes';
import { tempDir } from '../support/tempDir';
import { waitFor } from '../support/waitFor';
import { compileWorkload } from '../support/workloads';

const skip = withoutBpftrace() || withoutCompiler();

/** A helper that the test talks to. */
class Helper {
  readonly #child: ChildProcessWithoutNullStreams;
  #output = '';
  #messages = '';

  constructor() {
    const text = helperText(systemBpftrace().path);
    const words = helperArguments({ ...DEFAULT_CAPTURE, hz: 9, keys: 256 });
    this.#child = spawn('/bin/sh', ['-c', text, 'stack-count-helper', ...words]);
    this.#child.stdout.on('data', (chunk: Buffer) => (this.#output += chunk.toString('latin1')));
    this.#child.stderr.on('data', (chunk: Buffer) => (this.#messages += chunk.toString('latin1')));
    atExit(() => this.#child.kill('SIGKILL'));
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  say(words: string): void {
    this.#child.stdin.write(words);
  }

  /** How often it has printed, or said, a line that begins so. */
  count(beginning: string): number {
    return `${this.#output}\n${this.#messages}`
      .split('\n')
      .filter((line) => line.startsWith(beginning)).length;
  }

  async until(beginning: string, times: number, withinMs = 30_000): Promise<void> {
    const look = (): number => this.count(beginning);
    const enough = (count: number): boolean => count >= times;
    await waitFor(`${times} of ${beginning}`, look, enough, { withinMs });
  }

  async end(): Promise<void> {
    this.#child.stdin.end();
    await new Promise((resolve) => this.#child.once('close', resolve));
  }
}

const groupOf = (pid: number): string => readFileSync(`/proc/${pid}/autogroup`, 'latin1').trim();

describe('what the helper is told', { skip }, () => {
  test('a run that is told to end at once is answered by EXIT, and the next one starts', async () => {
    const helper = new Helper();
    for (let times = 1; times <= 10; times++) {
      helper.say('run\npause\n');
      await helper.until('S PAUSED', times);
      await helper.until('EXIT ', times);
    }
    helper.say('run\n');
    await helper.until('READY ', 1);
    await helper.end();
    assert.equal(helper.count('EXIT '), 11);
  });

  const noGroups = existsSync('/proc/self/autogroup') ? false : 'this kernel has no autogroups';
  test('bpftrace gets CPU time, and nobody else does', { skip: noGroups }, async (context) => {
    const helper = new Helper();
    const before = groupOf(helper.pid);
    helper.say('run\n');
    await helper.until('READY ', 1);
    const groups = descendantsOf(helper.pid).map((pid) => ({ pid, group: groupOf(pid) }));
    await helper.end();
    context.diagnostic(JSON.stringify(groups));
    assert.equal(groups.filter(({ group }) => group.endsWith(' nice -10')).length, 1);
    assert.ok(!before.endsWith(' nice -10'));
    assert.equal(groups.filter(({ group }) => group === before).length, groups.length - 1);
  });
});

describe('a process with more mappings than anybody needs', { skip }, () => {
  test('the helper sends 4 MB of them, and obeys again', async () => {
    // 65,000 mappings.
    const many = spawn(compileWorkload('mappings'), ['1000000', '120'], { stdio: 'ignore' });
    const forget = atExit(() => many.kill('SIGKILL'));
    const ended = new Promise((resolve) => many.once('close', resolve));
    const maps = `/proc/${many.pid}/maps`;
    await waitFor(
      'its mappings',
      () => readFileSync(maps).length,
      (size) => size > 5_000_000,
    );
    const helper = new Helper();
    helper.say(`maps ${many.pid}\n`);
    await helper.until(`S MAPS ${many.pid}`, 1, 60_000);
    const lines = helper.count(`M ${many.pid} `);
    helper.say('run\n');
    await helper.until('READY ', 1);
    await helper.end();
    forget();
    many.kill('SIGKILL');
    await ended;
    assert.ok(lines > 20_000 && lines < 65_000, `${lines} mappings`);
  });
});

describe('a bpftrace whose stacks collide all the time', { skip }, () => {
  test('is renewed once for each run, up to the end of the recording', async () => {
    const folder = tempDir('colliding');
    const capture = join(folder, 'capture');
    const bpftrace = compileWorkload('collidingbpftrace');
    const words = ['-u', '-k', '--duration', '8', '--format', 'none', '--bpftrace', bpftrace];
    const { code, stderr } = await runCli(['record', ...words, '--capture', capture, '-o', folder]);
    assert.equal(code, 0, stderr);
    const reader = new CaptureReader(capture);
    reader.readOn();
    const { starts, readies, exits, renewals, seconds } = reader.capture;
    assert.ok(renewals >= 4, `${renewals} renewals`);
    // The last renewal may have met the end, and then the run that it began.
    assert.ok(exits === starts || exits === starts + 1, `${exits} ends of ${starts} runs`);
    assert.ok(readies === starts || readies === starts - 1, `${readies} of ${starts} were ready`);
    assert.ok(renewals === starts - 1 || renewals === starts, `${renewals} of ${starts}`);
    assert.ok(seconds > 6, `the last tick at ${seconds} s`);
  });
});
