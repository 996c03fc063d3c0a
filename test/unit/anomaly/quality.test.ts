/** A seeded slice of `npm run evaluate`: the bars that labels have to keep. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { stackCount } from '../../../bench/evaluateLabellers';
import { record } from '../../../bench/evaluateLoads';
import { PLANTED, QUIET, WINDOWS, type Scenario } from '../../../bench/evaluateScenarios';
import { evaluate, precision, recall, type Score } from '../../../bench/evaluateScore';
import { seededRandom } from '../../../src/anomaly/forest/random';

const RECORDINGS = 10;
/** Of each quiet shape, as there are many. */
const QUIET_RECORDINGS = 5;

function scoreOf(scenario: Scenario, recordings: number): Score {
  return evaluate(scenario, stackCount, recordings)[0] as Score;
}

function planted(name: string): Scenario {
  const found = PLANTED.find((scenario) => scenario.name === name);
  assert.ok(found, name);
  return found;
}

for (const name of ['surge 8x', 'new stack', 'new stack, busy start', 'new process'])
  test(`${name}: recall and precision of at least 0.95, within two windows`, () => {
    const score = scoreOf(planted(name), RECORDINGS);
    assert.ok(recall(score) >= 0.95, `recall ${recall(score)}`);
    assert.ok(precision(score) >= 0.95, `precision ${precision(score)}`);
  });

test('a stack that runs in bursts is news the first time', () => {
  const score = scoreOf(planted('new stack, in bursts'), RECORDINGS);
  assert.ok(recall(score) >= 0.95, `recall ${recall(score)}`);
  assert.ok(precision(score) >= 0.9, `precision ${precision(score)}`);
});

for (const scenario of QUIET)
  test(`${scenario.name}: at most 0.3 false labels in a quiet window`, () => {
    const score = scoreOf(scenario, QUIET_RECORDINGS);
    const perWindow = score.falseLabels / score.windows;
    assert.ok(perWindow <= 0.3, `${perWindow} false labels`);
  });

test('the same windows give the same labels', () => {
  const scenario = planted('surge 4x');
  const labels = (): string => {
    const random = seededRandom(7);
    const labeller = stackCount();
    const { windows } = record(scenario.make(random), WINDOWS, random);
    return JSON.stringify(windows.map((window) => [...(labeller.judge(window)[0] ?? [])]));
  };
  assert.equal(labels(), labels());
});
