/**
 * Output of the helper with known sums, then damaged in every line but those that say how many
 * samples have fired: whatever happens to the rest, none of them may be missing from the totals.
 *
 *   TRUTH 4012
 *   READY 1000000000
 *   …
 */
import type { Random } from '../support/random';

/** The first line; no reader knows it. */
export const TRUTH = /^TRUTH (\d+)\n/;

/** Lines that the sums depend on; every other may be lost, torn or doubled. */
const KEPT = /^(READY|TICK|TOCK|FINAL|EXIT|@fired_|@outside_)/;

export function inventOutput(random: Random): Buffer {
  let truth = 0;
  const lines: string[] = [];
  for (let runs = 1 + random.below(3); runs > 0; runs--) truth += inventRun(lines, random);
  const damaged = lines.flatMap((line) => (KEPT.test(line) ? [line] : damage(line, random)));
  return Buffer.from(`TRUTH ${truth}\n${damaged.join('\n')}\n`, 'latin1');
}

/** One bpftrace from READY to EXIT; returns how many samples have fired in it. */
function inventRun(lines: string[], random: Random): number {
  const fired = { a: 0, b: 0 };
  const outside = { a: 0, b: 0 };
  let clock = 1e9;
  lines.push('Attaching 5 probes...', `READY ${clock}`, '@flip: 0');
  for (let ticks = random.below(6); ticks > 0; ticks--) {
    const slot = random.pick(['a', 'b'] as const);
    lines.push(`TICK ${slot} ${(clock += 1e9)}`);
    inventMap(lines, slot, fired, outside, random);
    lines.push(`TOCK ${slot}`, '@flip: 1');
  }
  lines.push(`FINAL ${(clock += 5e8)}`);
  for (const slot of ['a', 'b'] as const) inventMap(lines, slot, fired, outside, random);
  lines.push('', 'EXIT 0');
  return fired.a + fired.b;
}

function inventMap(
  lines: string[],
  slot: 'a' | 'b',
  fired: Record<string, number>,
  outside: Record<string, number>,
  random: Random,
): void {
  const skipped = random.below(20);
  const entries: string[] = [];
  for (let left = random.below(8); left > 0; left--) {
    const count = 1 + random.below(50);
    fired[slot] = (fired[slot] ?? 0) + count;
    entries.push(...inventEntry(slot, count, random));
  }
  outside[slot] = (outside[slot] ?? 0) + skipped;
  fired[slot] = (fired[slot] ?? 0) + skipped + random.below(2);
  lines.push(`@fired_${slot}: ${fired[slot]}`, `@outside_${slot}: ${outside[slot]}`, ...entries);
}

function inventEntry(slot: string, count: number, random: Random): string[] {
  const tgid = 1 + random.below(4);
  const announced = random.once(4) ? inventProcess(tgid) : [];
  if (random.once(10)) return [`@${slot}[${tgid}, ${tgid}, 5, , ]: ${count}`];
  const kernel = Array.from(
    { length: random.below(4) },
    (_, i) => `\tffffffff8100000${i} sys_${i}+4`,
  );
  const user = Array.from({ length: random.below(5) }, () => `7f56f887a4${10 + random.below(80)}`);
  const head = `@${slot}[${tgid}, ${tgid + random.below(3)}, ${5 + random.below(2)}, `;
  return [...announced, head, ...kernel, ', ', ...user, `]: ${count}`];
}

function inventProcess(tgid: number): string[] {
  const map = '5636423c5000-5636423c6000 r-xp 00001000 fe:00 2342948   /opt/demo/known';
  return [`PROCESS ${tgid} 5 known\\x00\\x00`, map, `END ${tgid}`];
}

function damage(line: string, random: Random): string[] {
  switch (random.below(40)) {
    case 0:
      return [];
    case 1:
      return [line, line];
    case 2:
      return [line.slice(0, random.below(line.length + 1))];
    case 3:
      return [`${line.slice(0, random.below(line.length + 1))}\x00\xff]: `, line];
    case 4:
      return ['WARNING: something in between', line];
    default:
      return [line];
  }
}
