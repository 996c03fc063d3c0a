/** Labels on exact small cases. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Detector } from '../../../src/anomaly/detector';
import { seededRandom } from '../../../src/anomaly/forest/random';
import { afterQuiet, judgeAll, keysOf, stack, steady, steadyBut, windowAt } from './windows';

const times = <T>(count: number, make: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, index) => make(index));

describe('kinds', () => {
  test('a stack that does eight times as much is labelled at once, alone', () => {
    const [verdicts] = afterQuiet(steadyBut(stack(4, 400)));
    assert.deepEqual(
      verdicts?.stacks.map(({ score, ...rest }) => [score > 0, rest]),
      [
        [
          true,
          {
            key: 4,
            standsFor: 1,
            kind: 'surge',
            scope: 'stacks',
            processes: 1,
            count: 400,
            expected: 50,
            seconds: 5,
            since: 30,
          },
        ],
      ],
    );
  });

  test('a stack that was never seen is new', () => {
    const [verdicts] = afterQuiet([...steady(), stack(99, 120)]);
    const [verdict] = verdicts?.stacks ?? [];
    assert.deepEqual([verdict?.key, verdict?.kind, verdict?.expected], [99, 'new', 0]);
  });

  test('also when the end of the window before cut off its first samples', () => {
    const first = [...steady(), stack(99, 1)];
    const [, begun] = afterQuiet(first, [...steady(), stack(99, 120)]);
    assert.deepEqual(
      begun?.stacks.map(({ key, kind }) => [key, kind]),
      [[99, 'new']],
    );
    const [, , later] = afterQuiet(first, steady(), [...steady(), stack(99, 120)]);
    assert.deepEqual(
      later?.stacks.map(({ key, kind }) => [key, kind]),
      [[99, 'surge']],
    );
  });

  test('a drop and an end are labelled when they last', () => {
    const drop = afterQuiet(steadyBut(stack(4, 5)), steadyBut(stack(4, 6)));
    assert.deepEqual(drop.map(keysOf), [[], [4]]);
    assert.equal(drop[1]?.stacks[0]?.kind, 'drop');
    const gone = afterQuiet(steadyBut(stack(4, 0)), steadyBut(stack(4, 0)));
    assert.deepEqual(
      gone.map(({ stacks }) => stacks.map(({ key, kind }) => `${key} ${kind}`)),
      [[], ['4 gone']],
    );
  });

  test('a new process of an unknown program is labelled when it lasts', () => {
    const busy = () => [...steady(), stack(50, 90, 7), stack(51, 30, 7)];
    const [first, second] = afterQuiet(busy(), busy());
    assert.deepEqual(first?.causes, []);
    assert.deepEqual(keysOf(second ?? { judged: true, stacks: [], causes: [] }), [50, 51]);
    const [cause] = second?.causes ?? [];
    assert.deepEqual(
      [cause?.kind, cause?.scope, cause?.process, cause?.count, cause?.since],
      ['new', 'newProcess', 7, 120, 30],
    );
  });

  test('several that begin at once are told as several', () => {
    const busy = () => [...steady(), ...times(4, (i) => stack(50 + i, 120, 7 + i, 'node'))];
    const [, second] = afterQuiet(busy(), busy());
    assert.deepEqual(
      second?.causes.map(({ scope, processes, count }) => [scope, processes, count]),
      [['newProcess', 4, 480]],
    );
  });

  test('also one that begins near the end of a window', () => {
    const busy = (count: number) => [...steady(), stack(50, count, 7)];
    assert.deepEqual(afterQuiet(busy(12), busy(120)).map(keysOf), [[], [50]]);
  });
});

describe('one cause, one verdict', () => {
  test('stacks of one process that grow together', () => {
    const [verdicts] = afterQuiet(steadyBut(stack(4, 300), stack(6, 280), stack(5, 50, 2)));
    assert.deepEqual(
      verdicts?.causes.map(({ process, labelled, count }) => ({ process, labelled, count })),
      [{ process: 1, labelled: [4, 6], count: 580 }],
    );
  });

  test('what rises explains what falls: the CPUs are limited', () => {
    const squeezed = () => [...steady().map((one) => ({ ...one, count: 20 })), stack(99, 600)];
    const verdicts = afterQuiet(squeezed(), squeezed(), squeezed());
    assert.deepEqual(verdicts.map(keysOf), [[99], [99], [99]]);
  });

  test('all of a machine going up together is nothing', () => {
    const load = (count: number) => times(20, (key) => stack(key, count, key % 5));
    const verdicts = judgeAll([...times(6, () => load(50)), ...times(3, () => load(150))]);
    assert.deepEqual(verdicts.flatMap(keysOf), []);
  });

  test('ten thousand new stacks of a process have one label', () => {
    const deployed = () => [...steady(), ...times(10_000, (i) => stack(1000 + i, 20))];
    const [verdicts] = afterQuiet(deployed());
    assert.deepEqual(
      verdicts?.causes.map(({ stacks, scope }) => [stacks.length, scope]),
      [[10_000, 'stacks']],
    );
    assert.deepEqual(
      verdicts?.stacks.map(({ standsFor, count }) => ({ standsFor, count })),
      [{ standsFor: 10_000, count: 200_000 }],
    );
  });

  test('so have ten thousand new stacks of two hundred new programs', () => {
    const deployed = () => [
      ...steady(),
      ...times(10_000, (i) => stack(1000 + i, 12, 100 + (i % 200))),
    ];
    const [, verdicts] = afterQuiet(deployed(), deployed());
    assert.equal(verdicts?.stacks.length, 1);
    assert.deepEqual(
      verdicts?.causes.map(({ scope, process, stacks }) => [scope, process, stacks.length]),
      [['machine', undefined, 10_000]],
    );
  });

  test('a stack that falls in a process that rises is a cause of its own, and in that only', () => {
    const risen = () => [
      ...steady().filter(({ process }) => process !== 1),
      ...times(60, (key) => stack(key + 100, key === 0 ? 20 : 60)),
    ];
    const usual = () => [
      ...steady().filter(({ process }) => process !== 1),
      ...times(60, (key) => stack(key + 100, key === 0 ? 400 : 20)),
    ];
    const verdicts = judgeAll([...times(6, usual), ...times(3, risen)]);
    const { causes, stacks } = verdicts.at(-1) ?? verdicts[0]!;
    assert.deepEqual(causes.map(({ scope, kind }) => `${scope} ${kind}`).sort(), [
      'process surge',
      'stacks drop',
    ]);
    assert.equal(new Set(causes.map(({ id }) => id)).size, 2);
    assert.equal(new Set(stacks.map(({ key }) => key)).size, stacks.length);
    assert.equal(stacks.find(({ key }) => key === 100)?.kind, 'drop');
  });

  test('a build is not a hundred new processes', () => {
    const compiling = (number: number) => [
      ...steady(),
      ...times(10, (i) => stack(1000 + 10 * number + i, 40, 100 + 10 * number + i, 'cc1')),
    ];
    const verdicts = judgeAll(times(12, compiling));
    assert.deepEqual(verdicts.flatMap(keysOf), []);
  });
});

describe('time', () => {
  test('nothing is judged in the first three windows', () => {
    const verdicts = judgeAll([steady(), steadyBut(stack(4, 400)), steady(), steady()]);
    assert.deepEqual(
      verdicts.map(({ judged }) => judged),
      [false, false, false, true],
    );
    assert.deepEqual(verdicts.slice(0, 3).flatMap(keysOf), []);
  });

  test('a surge keeps its beginning, and is the new usual after a minute', () => {
    const verdicts = afterQuiet(...times(14, () => steadyBut(stack(4, 400))));
    assert.deepEqual(
      verdicts.map((one) => one.stacks[0]?.since),
      [...times(12, () => 30), undefined, undefined],
    );
  });

  test('a surge that ends is over: the usual rate is what it was, the same again no surprise', () => {
    const surge = steadyBut(stack(4, 400));
    const larger = steadyBut(stack(4, 2_000));
    const verdicts = afterQuiet(surge, steady(), steady(), surge, steady(), larger);
    assert.deepEqual(verdicts.map(keysOf), [[4], [], [], [], [], [4]]);
    assert.equal(verdicts[0]?.stacks[0]?.expected, 50);
  });

  test('rates are per second of recorded time: a late report is not a surge', () => {
    const detector = new Detector();
    judgeAll(times(6, steady), detector);
    const late = steady().map((one) => ({ ...one, count: one.count * 13 }));
    const window = { startSeconds: 30, seconds: 65, stacks: late };
    assert.deepEqual(detector.judge(window).stacks, []);
    assert.deepEqual(keysOf(detector.judge(windowAt(19, steadyBut(stack(4, 400))))), [4]);
  });

  test('a window without recorded time is no window', () => {
    const detector = new Detector();
    judgeAll(times(2, steady), detector);
    for (const seconds of [0, -5, NaN])
      detector.judge({ startSeconds: 10, seconds, stacks: steadyBut(stack(4, 9_000)) });
    assert.equal(detector.judge(windowAt(2, steady())).judged, false);
    assert.equal(detector.judge(windowAt(3, steady())).judged, true);
  });

  test('a clock that jumped back does no harm', () => {
    const detector = new Detector();
    judgeAll(times(6, steady), detector);
    const back = { startSeconds: -1e12, seconds: 5, stacks: steadyBut(stack(4, 400)) };
    assert.deepEqual(
      detector.judge(back).stacks.map(({ key, since }) => [key, since]),
      [[4, 0]],
    );
  });
});

describe('bad counts', () => {
  test('no stacks, one stack, two stacks', () => {
    assert.deepEqual(judgeAll(times(6, () => [])).flatMap(keysOf), []);
    const alone = times(6, () => [stack(1, 50)]);
    assert.deepEqual(judgeAll(alone).flatMap(keysOf), []);
    assert.deepEqual(keysOf(judgeAll([...alone, [stack(1, 500)]])[6]!), [1]);
    const two = times(6, () => [stack(1, 50), stack(2, 50)]);
    assert.deepEqual(keysOf(judgeAll([...two, [stack(1, 50), stack(2, 500)]])[6]!), [2]);
  });

  test('0, 2^40, NaN and the infinite: every number that leaves is finite', () => {
    const odd = [0, 2 ** 40, NaN, Infinity, -3].map((count, i) => stack(200 + i, count));
    const verdicts = afterQuiet([...steady(), ...odd], [...steady(), ...odd]);
    const numbers = verdicts
      .flatMap(({ stacks, causes }) => [...stacks, ...causes])
      .flatMap((change) => Object.values(change))
      .filter((value) => typeof value === 'number');
    assert.ok(numbers.length > 0);
    assert.deepEqual(
      numbers.filter((value) => !Number.isFinite(value)),
      [],
    );
    assert.deepEqual(keysOf(verdicts[0]!), [201, 203]);
  });

  test('equal keys are one stack', () => {
    const halves = () =>
      steady().flatMap((one) => [
        { ...one, count: 25 },
        { ...one, count: 25 },
      ]);
    assert.deepEqual(judgeAll([...times(6, steady), halves(), halves()]).flatMap(keysOf), []);
  });

  test('a change of a few samples is not worth a label', () => {
    const verdicts = afterQuiet([...steady(), stack(99, 9)], [...steady(), stack(99, 9)]);
    assert.deepEqual(verdicts.flatMap(keysOf), []);
  });
});

test('stacks beyond the bound are set aside, the rarest first', () => {
  const detector = new Detector({ mostStacks: 10 });
  const load = [...times(10, (i) => stack(i, 50)), ...times(50, (i) => stack(100 + i, 1))];
  judgeAll(
    times(6, () => load),
    detector,
  );
  assert.deepEqual(keysOf(detector.judge(windowAt(6, [...load.slice(1), stack(0, 500)]))), [0]);
});

test('but none that is unusual now: it would be new in every window', () => {
  const detector = new Detector({ mostStacks: 10 });
  const load = times(10, (i) => stack(i, 50));
  const verdicts = judgeAll(
    times(10, (window) => (window < 6 ? load : [...load, stack(99, 120)])),
    detector,
  );
  assert.deepEqual(
    verdicts.slice(6).map(({ stacks }) => stacks.map(({ key, since }) => [key, since])),
    times(4, () => [[99, 30]]),
  );
});

test('whatever happens, a stack is in one cause at most, and has one label', () => {
  const random = seededRandom(11);
  const upheaval = () =>
    times(60, (key) => {
      const scale = [0, 0, 1, 1, 1, 8][Math.floor(random() * 6)] ?? 1;
      return stack(key, scale * (20 + key), key % 7, `p${key % 4}`);
    });
  const verdicts = judgeAll(times(60, upheaval));
  assert.ok(verdicts.some(({ causes }) => causes.length > 1));
  for (const { causes, stacks } of verdicts) {
    const grouped = causes.flatMap((cause) => cause.stacks);
    assert.equal(new Set(grouped).size, grouped.length);
    assert.equal(new Set(causes.map(({ id }) => id)).size, causes.length);
    assert.deepEqual(
      stacks.map(({ key }) => key),
      causes.flatMap(({ labelled }) => labelled),
    );
    assert.ok(causes.every((cause) => cause.labelled.every((key) => cause.stacks.includes(key))));
  }
});
