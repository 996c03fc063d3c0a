/** One status bar item: how long, how many samples, how many lost. A click stops the recording. */
import { StatusBarAlignment, ThemeColor, window, type Disposable } from 'vscode';
import { COMMANDS } from '../contributions';
import { countOf, describeLosses, formatCount } from '../../core/accounting';
import { describeLoad, type LoadStatus } from '../../core/loadWatch';
import { noDataText } from '../../core/noData';
import type { Summary } from '../../messages/engineMessages';
import type { RecordingState } from '../../recording/recording';

/** A recording that loses more than this share of its samples asks for attention. */
const WORRYING_SHARE = 0.02;

export class StatusBar implements Disposable {
  readonly #item = window.createStatusBarItem('stackCount.status', StatusBarAlignment.Left, 10);

  constructor() {
    this.#item.name = 'Stack Count';
  }

  show(state: RecordingState, title: string, summary: Summary | undefined): void {
    if (state === 'ended') {
      this.#item.hide();
      return;
    }
    this.#item.text = text(state, summary);
    this.#item.tooltip = `${tooltip(title, summary)}\nClick to stop.`;
    this.#item.accessibilityInformation = { label: `Stack Count, ${plain(state, summary)}` };
    this.#item.command = { command: COMMANDS.stop, title: 'Stop Stack Count' };
    this.#item.backgroundColor = isWorrying(summary)
      ? new ThemeColor('statusBarItem.warningBackground')
      : undefined;
    this.#item.show();
  }

  dispose(): void {
    this.#item.dispose();
  }
}

function text(state: RecordingState, summary: Summary | undefined): string {
  const waits = summary?.load !== undefined && !summary.load.over;
  if (state === 'recording' && isSilent(summary)) return `$(warning) ${plain(state, summary)}`;
  const icon = state !== 'recording' ? '$(loading~spin)' : waits ? '$(watch)' : '$(record)';
  return `${icon} ${plain(state, summary)}`;
}

function plain(state: RecordingState, summary: Summary | undefined): string {
  if (state === 'stopping') return 'Saving stacks…';
  if (!summary) return 'Stack Count is starting…';
  const { seconds, totals, load, silentSeconds } = summary;
  if (silentSeconds !== undefined) return capital(noDataText(silentSeconds));
  if (load && !load.over) return capital(describeLoad(load));
  return `${elapsed(seconds)}  ${formatCount(totals.recorded)} samples  ${formatCount(totals.lost)} lost`;
}

function capital(words: string): string {
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}`;
}

/** 75 -> `1:15`. */
function elapsed(seconds: number): string {
  const whole = Math.round(seconds);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`;
}

function tooltip(title: string, summary: Summary | undefined): string {
  if (!summary) return title;
  const { totals, stacks, processes } = summary;
  const where = `${countOf(stacks, 'stack')} of ${countOf(processes, 'process', 'processes')}`;
  const counted = `${countOf(totals.recorded, 'sample')} in ${where}`;
  const losses = `${formatCount(totals.outside)} outside, ${describeLosses(totals)}`;
  const load = summary.load ? [describeLoad(summary.load), episodes(summary.load)] : [];
  return [title, counted, losses, ...load].join('\n');
}

function episodes({ episodeCount, episodes: [last] }: LoadStatus): string {
  if (!last) return 'not over the threshold so far';
  const times = episodeCount === 1 ? 'once' : `${episodeCount} times`;
  return `over the threshold ${times}, last for ${elapsed(last.to - last.from)}, peak ${last.peak}`;
}

function isSilent(summary: Summary | undefined): boolean {
  return summary?.silentSeconds !== undefined;
}

function isWorrying(summary: Summary | undefined): boolean {
  if (!summary) return false;
  return isSilent(summary) || summary.totals.lost > summary.totals.fired * WORRYING_SHARE;
}
