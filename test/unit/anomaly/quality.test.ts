/** A seeded slice of `npm run evaluate`: the bars that labels have to keep. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { stackCount } from '../../../bench/evaluateLabellers';
import { record } from '../../../bench/evaluateLoads';
import { PLANTED, QUIET, WINDOWS, type Scenario } from '../../../bench/evaluateScenarios';
import { evaluate, precision, recall, type Score } from '../../../bench/evaluateScore';
import { seededRandom } from '../../../src/anomaly/random';

const RECORDINGS = 10;

function scoreOf(scenario: Scenario): Score {
  return evaluate(scenario, stackCount, RECORDINGS)[0] as Score;
}

function named(list: readonly Scenario[], name: string): Scenario {
  const found = list.find((scenario) => scenario.name === name);
  assert.ok(found, name);
  return found;
}

for (const name of ['surge 8x', 'new stack', 'new process'])
  test(`${name}: recall and precision of at least 0.95, within two windows`, () => {
    const score = scoreOf(named(PLANTED, name));
    assert.ok(recall(score) >= 0.95, `recall ${recall(score)}`);
    assert.ok(precision(score) >= 0.95, `precision ${precision(score)}`);
  });

for (const name of ['Zipf, noise 0.25', 'bursty stacks', 'machine tides', 'late ticks, sleep'])
  test(`${name}: at most 0.3 false labels in a quiet window`, () => {
    const score = scoreOf(named(QUIET, name));
    const perWindow = score.falseLabels / score.windows;
    assert.ok(perWindow <= 0.3, `${perWindow} false labels`);
  });

test('the same windows give the same labels', () => {
  const scenario = named(PLANTED, 'surge 4x');
  const labels = (): string => {
    const random = seededRandom(7);
    const labeller = stackCount();
    const { windows } = record(scenario.make(random), WINDOWS, random);
    return JSON.stringify(windows.map((window) => [...(labeller.judge(window)[0] ?? [])]));
  };
  assert.equal(labels(), labels());
});
