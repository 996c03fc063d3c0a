/** What the load monitor says: its blocks, and when the load was over the threshold. */
import type { LoadStatus } from '../core/loadWatch';
import { printable } from '../core/printable';
import { monitorBlocks } from '../formats/monitorBlocks';
import type { Recorded } from '../ticks/recorded';
import { timeOfDay } from '../core/timeOfDay';

interface Monitored extends Recorded {
  /** Wall clock at tick time 0, milliseconds since the epoch. */
  readonly startedAt: number;
  readonly load?: LoadStatus | undefined;
}

/** Episodes named one by one; more are counted. */
const SHOWN_EPISODES = 20;

/** Everything recorded so far as blocks; '' while there is nothing, as the ancestor printed. */
export function blocksReport(recording: Monitored): string {
  if (recording.totals.recorded === 0) return '';
  const { profile, startedAt, seconds } = recording;
  return monitorBlocks(profile.countedStacks(), timeOfDay(startedAt, seconds));
}

/** `14:03:10 for 12 s, peak 9`, one line each; a sentence when there was none. */
export function describeEpisodes({ load, header, startedAt }: Monitored): string[] {
  if (!load) return [];
  const { metric, threshold, episodes, episodeCount } = load;
  // The run queue is read with the ticks, the others from the start.
  const start = metric === 'run-queue' ? startedAt : header.startedAt;
  if (episodeCount === 0) {
    return [`The ${metric} was never over ${threshold}, so nothing was recorded.`];
  }
  const lines = episodes.slice(-SHOWN_EPISODES).map(({ from, to, peak }) => {
    const seconds = (to - from).toFixed(0);
    return `  ${timeOfDay(start, from)} for ${seconds} s, peak ${peak}`;
  });
  const earlier = episodeCount - lines.length;
  const before = earlier > 0 ? [`  and ${earlier} earlier ones`] : [];
  const times = episodeCount === 1 ? 'once' : `${episodeCount} times`;
  return [`The ${metric} was over ${threshold} ${times}:`, ...before, ...lines].map(printable);
}
