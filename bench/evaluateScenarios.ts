/** The scenarios of `npm run evaluate`: what is planted in the ordinary load, or how it is quiet. */
import type { Random } from '../src/anomaly/forest/random';
import {
  between,
  loadStack,
  logNormal,
  pick,
  times,
  zipfStacks,
  type Load,
  type LoadStack,
  type Planted,
} from './evaluateLoads';

export const WINDOWS = 24;

export interface Scenario {
  readonly name: string;
  make(random: Random): Load;
}

/** Planted changes begin here at the earliest: after the learning windows and some quiet ones. */
const EARLIEST = 5;
const LATEST = WINDOWS - 6;
const CHANGES = 3;
const LASTING = 4;
/** Samples that a planted change brings, or takes away, at least. */
const LEAST_SAMPLES = 20;
/** Keys from here on are free for what a scenario adds to the ordinary load. */
const PLANTED_KEY = 1_000;

function surge(factor: number): Scenario {
  return {
    name: `surge ${factor}x`,
    make: (random) => plant(random, LEAST_SAMPLES / factor, () => factor),
  };
}

/** Multiplies a few stacks, each in its own windows. */
function plant(
  random: Random,
  leastMean: number,
  factorAt: (sinceBegin: number) => number,
  lasting = LASTING,
): Load {
  const stacks = zipfStacks(random);
  const planted: Planted[] = [];
  for (let i = 0; i < CHANGES; i++) {
    const from = between(EARLIEST, LATEST, random);
    const index = pickIndex(stacks, leastMean, planted, random);
    const stack = stacks[index] as LoadStack;
    const to = from + lasting - 1;
    stacks[index] = times(stack, (w) => (w >= from && w <= to ? factorAt(w - from) : 1));
    planted.push({ keys: [stack.key], from, to });
  }
  return { stacks, planted };
}

function pickIndex(
  stacks: readonly LoadStack[],
  leastMean: number,
  planted: readonly Planted[],
  random: Random,
): number {
  const taken = new Set(planted.flatMap(({ keys }) => keys));
  const indices = stacks.flatMap((stack, index) =>
    stack.expected(0) >= leastMean && !taken.has(stack.key) ? [index] : [],
  );
  return pick(indices, random);
}

function newStacks(random: Random): Load {
  const stacks = zipfStacks(random);
  const planted: Planted[] = [];
  for (let i = 0; i < CHANGES; i++) {
    const from = between(EARLIEST, LATEST, random);
    const mean = between(30, 200, random);
    const { process } = pick(stacks, random);
    const fresh = loadStack(PLANTED_KEY + i, process, (w) => (w >= from ? mean : 0));
    stacks.push(fresh);
    planted.push({ keys: [fresh.key], from, to: WINDOWS });
  }
  return { stacks, planted };
}

/** The same where the recording began when much else did, too: some of it goes on, some ends. */
function newStacksAfterStart(random: Random): Load {
  const load = newStacks(random);
  const starting = Array.from({ length: 40 }, (_, i) => {
    const [from, to] = [between(1, 2, random), pick([2, WINDOWS], random)];
    const mean = between(30, 400, random);
    const { process } = pick(load.stacks, random);
    return loadStack(PLANTED_KEY + CHANGES + i, process, (w) => (w >= from && w <= to ? mean : 0));
  });
  return { ...load, stacks: [...load.stacks, ...starting] };
}

/** Stacks that were never seen, and then run for a window now and again: only the first is news. */
function newBursts(random: Random): Load {
  const stacks = zipfStacks(random);
  const planted: Planted[] = [];
  for (let i = 0; i < CHANGES; i++) {
    const from = between(EARLIEST, LATEST - 6, random);
    const period = between(3, 7, random);
    const mean = between(30, 200, random);
    const { process } = pick(stacks, random);
    const runs = (w: number) => w >= from && (w - from) % period === 0;
    const fresh = loadStack(PLANTED_KEY + i, process, (w) => (runs(w) ? mean : 0));
    stacks.push(fresh);
    planted.push({ keys: [fresh.key], from, to: from });
  }
  return { stacks, planted };
}

/** Processes that were not there before: burners with three stacks each, begun within a window. */
function newProcesses(random: Random): Load {
  const stacks = zipfStacks(random);
  const planted: Planted[] = [];
  for (let i = 0; i < CHANGES; i++) {
    const from = between(EARLIEST, LATEST, random);
    const size = between(2, 10, random) / 10;
    const share = between(2, 10, random) / 10;
    const burner = [300, 150, 45].map((mean, index) =>
      loadStack(PLANTED_KEY + 3 * i + index, 90 + i, (w) => {
        if (w < from) return 0;
        return mean * size * (w === from ? share : 1);
      }),
    );
    stacks.push(...burner);
    planted.push({ keys: burner.map(({ key }) => key), from, to: WINDOWS });
  }
  return { stacks, planted };
}

/** The same where all CPUs were busy: it takes two thirds from the others. */
function newProcessOnFullMachine(random: Random): Load {
  const stacks = zipfStacks(random);
  const from = between(EARLIEST, LATEST, random);
  const others = stacks.map((stack) => times(stack, (w) => (w >= from ? 1 / 3 : 1)));
  const burner = loadStack(PLANTED_KEY, 90, (w) => (w >= from ? 2640 : 0));
  return { stacks: [...others, burner], planted: [{ keys: [burner.key], from, to: WINDOWS }] };
}

/** Everything one process does grows: one cause. */
function wholeProcess(random: Random): Load {
  const stacks = zipfStacks(random);
  const from = between(EARLIEST, LATEST, random);
  const { process } = pick(stacks, random);
  const isIn = (w: number) => w >= from && w < from + LASTING;
  const grown = stacks.map((stack) =>
    stack.process === process ? times(stack, (w) => (isIn(w) ? 8 : 1)) : stack,
  );
  const keys = grown.filter((stack) => stack.process === process).map(({ key }) => key);
  return { stacks: grown, planted: [{ keys, from, to: from + LASTING - 1 }] };
}

/** 8x for exactly one window's length, but half of it falls in the next window. */
const edgeBurst: Scenario = {
  name: 'burst 8x over an edge',
  make: (random) => plant(random, LEAST_SAMPLES / 4.5, () => 4.5, 2),
};

const drop: Scenario = {
  name: 'drop to 1/8',
  make: (random) => plant(random, LEAST_SAMPLES, () => 1 / 8),
};

const gone: Scenario = {
  name: 'gone',
  make: (random) => plant(random, LEAST_SAMPLES, () => 0, WINDOWS),
};

export const PLANTED: readonly Scenario[] = [
  surge(2),
  surge(4),
  surge(8),
  { name: 'new stack', make: newStacks },
  { name: 'new stack, busy start', make: newStacksAfterStart },
  { name: 'new stack, in bursts', make: newBursts },
  { name: 'new process', make: newProcesses },
  { name: 'new process, CPUs full', make: newProcessOnFullMachine },
  { name: 'whole process 8x', make: wholeProcess },
  edgeBurst,
  drop,
  gone,
];

function quiet(name: string, noise: number): Scenario {
  return { name, make: (random) => ({ stacks: zipfStacks(random), noise }) };
}

/** Every fifth stack now and then does five times as much for a window. */
function bursty(random: Random): Load {
  const stacks = zipfStacks(random).map((stack, index) => {
    if (index % 5 > 0) return stack;
    const bursts = Array.from({ length: WINDOWS }, () => random() < 0.1);
    return times(stack, (w) => (bursts[w] ? 5 : 1));
  });
  return { stacks };
}

/** Processes that breathe: all their stacks rise and fall together. */
function breathing(random: Random): Load {
  const breaths = Array.from({ length: 12 }, () =>
    Array.from({ length: WINDOWS }, () => logNormal(0.7, random)),
  );
  const stacks = zipfStacks(random).map((stack) =>
    times(stack, (w) => breaths[stack.process]?.[w] ?? 1),
  );
  return { stacks };
}

/** A third of the stacks swing between a fifth and nine fifths, with periods of 4 to 16 windows. */
function periodic(random: Random): Load {
  const stacks = zipfStacks(random).map((stack, index) => {
    if (index % 3 > 0) return stack;
    const period = between(4, 16, random);
    const phase = random();
    return times(stack, (w) => 1 + 0.8 * Math.sin(2 * Math.PI * (w / period + phase)));
  });
  return { stacks };
}

/** A tenth of the stacks runs in every third to sixth window only. */
function onAndOff(random: Random): Load {
  const stacks = zipfStacks(random).map((stack, index) => {
    if (index % 10 > 0) return stack;
    const period = between(3, 6, random);
    const phase = between(0, period - 1, random);
    return times(stack, (w) => (w % period === phase ? period : 0));
  });
  return { stacks };
}

/** Compilers and the like: processes of a second or two with stacks of their own. */
function comingAndGoing(random: Random): Load {
  const stacks = zipfStacks(random);
  for (let i = 0; i < WINDOWS * 4; i++) {
    const at = Math.floor(i / 4);
    for (let j = 0; j < 8; j++) {
      const mean = between(2, 60, random);
      stacks.push(loadStack(PLANTED_KEY + 8 * i + j, 1000 + i, (w) => (w === at ? mean : 0)));
    }
  }
  return { stacks };
}

/** Stacks that are seen once or twice and never again, as deep recursion makes them. */
function longTail(random: Random): Load {
  const stacks = zipfStacks(random);
  for (let i = 0; i < WINDOWS * 150; i++) {
    const at = Math.floor(i / 150);
    stacks.push(loadStack(PLANTED_KEY + i, i % 12, (w) => (w === at ? 1.5 : 0)));
  }
  return { stacks };
}

/** Five percent more in each window. */
function drift(random: Random): Load {
  const stacks = zipfStacks(random).map((stack, index) =>
    index % 10 > 0 ? stack : times(stack, (w) => 1.05 ** w),
  );
  return { stacks };
}

/** Reports that come late, early, and after the laptop slept. */
function lateTicks(random: Random): Load {
  const lengths = Array.from({ length: WINDOWS }, () => pick([5, 5, 5, 5, 0.4, 1, 12, 60], random));
  return { stacks: zipfStacks(random), seconds: (w) => lengths[w] ?? 5 };
}

/** The machine's load doubles, and falls to a quarter: nothing in it changed. */
function tides(random: Random): Load {
  const level = (w: number) => [1, 2, 0.5, 4][Math.floor(w / 6)] ?? 1;
  return { stacks: zipfStacks(random).map((stack) => times(stack, level)) };
}

export const QUIET: readonly Scenario[] = [
  quiet('Zipf, steady', 0),
  quiet('Zipf, noise 0.25', 0.25),
  quiet('Zipf, noise 0.5', 0.5),
  { name: 'bursty stacks', make: bursty },
  { name: 'breathing processes', make: breathing },
  { name: 'periodic', make: periodic },
  { name: 'on and off', make: onAndOff },
  { name: 'short processes', make: comingAndGoing },
  { name: 'long tail of rare stacks', make: longTail },
  { name: 'slow drift, 5 % a window', make: drift },
  { name: 'late ticks, sleep', make: lateTicks },
  { name: 'machine tides', make: tides },
];
