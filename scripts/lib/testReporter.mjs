// A reporter for Node's test runner: one line of JSON for each test, for nodeTests.mjs to count.
import { resolve } from 'node:path';

/** @typedef {{ type: string, data: any }} TestEvent */

/** @param {AsyncIterable<TestEvent>} events */
export default async function* report(events) {
  for await (const { type, data } of events) {
    const isResult = type === 'test:pass' || type === 'test:fail';
    // A suite is not a test, but the tests of a skipped suite are not reported.
    if (isResult && (data.details?.type !== 'suite' || data.skip))
      yield `${JSON.stringify({ file: data.file, name: data.name, ...outcome(type, data) })}\n`;
  }
}

/** @param {string} type @param {any} data */
function outcome(type, { name, file, skip, todo, details }) {
  // The runner reports a file under its path when it crashed or contained no test.
  const isFile = file !== undefined && resolve(name) === file;
  if (isFile) return { outcome: 'failed', isFile };
  if (skip || skip === '') return { outcome: 'skipped', reason: words(skip) };
  if (todo || todo === '') return { outcome: 'skipped', reason: `to do: ${words(todo)}` };
  if (type === 'test:pass') return { outcome: 'passed' };
  return { outcome: 'failed', reason: firstLine(details?.error) };
}

/** The first line of what was thrown, which is the cause of the runner's error. @param {any} error */
function firstLine(error) {
  const { message = '' } = error?.cause ?? error ?? {};
  return String(message).split('\n', 1)[0];
}

/** @param {string | boolean} reason */
function words(reason) {
  return typeof reason === 'string' && reason ? reason : 'no reason given';
}
