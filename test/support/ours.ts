/** The processes of ours below an extension host; VS Code has others there, which end in their own time. */
import assert from 'node:assert/strict';
import { commandLine, descendantsOf } from './processes';

/** The engine, first, and all that it started: the helper and bpftrace. */
export function engineAndBelow(host: number): [engine: number, ...number[]] {
  const isEngine = (pid: number) => commandLine(pid).some((word) => /engine\.js$/.test(word));
  const engine = descendantsOf(host).find(isEngine);
  assert.ok(engine, 'an engine');
  return [engine, ...descendantsOf(engine)];
}
