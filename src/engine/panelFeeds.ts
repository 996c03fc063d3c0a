/** What flame graph tabs are fed with: the recording, or files, each from where the tab is. */
import { basename } from 'node:path';
import { StackFeed } from '../core/stackFeed';
import type { Profile } from '../core/profile';
import type { PanelInfo } from '../messages/panelMessages';
import type { FeedAnswer, FeedQuestion } from '../messages/engineMessages';
import type { Recording } from '../recording/recording';
import { describeRecording } from '../results/resultFiles';
import { storedProfile, UnreadableError } from '../results/storedProfile';

const NOTHING = 'Nothing has been recorded yet.';

export class PanelFeeds {
  readonly #feeds = new Map<number, StackFeed>();

  answer({ panel, anew, file }: FeedQuestion, recording: Recording | undefined): FeedAnswer {
    const source = file === undefined ? recording?.profile : this.#open(panel, anew, file);
    if (source === undefined) return { problem: NOTHING, kind: 'nothingRecorded' };
    if (typeof source === 'string') return { problem: source, kind: 'unavailable' };
    const known = this.#feeds.get(panel);
    const first = anew || known?.profile !== source;
    const feed = first ? this.#begin(panel, source) : known;
    const info = file === undefined && recording ? infoOf(recording) : fileInfo(file ?? '');
    return { chunk: feed.next(), info, first };
  }

  close(panel: number): void {
    this.#feeds.delete(panel);
  }

  #begin(panel: number, profile: Profile): StackFeed {
    const feed = new StackFeed(profile);
    this.#feeds.set(panel, feed);
    return feed;
  }

  /** The file as it is when the tab begins; what is written to it later belongs to another tab. */
  #open(panel: number, anew: boolean, file: string): Profile | string {
    const known = this.#feeds.get(panel);
    return known && !anew ? known.profile : openFile(file);
  }
}

/** @returns in words why it cannot be shown */
export function openFile(file: string): Profile | string {
  try {
    return storedProfile(file);
  } catch (error) {
    if (!(error instanceof UnreadableError)) throw error;
    return `${basename(file)} cannot be shown as a flame graph: ${error.message}.`;
  }
}

function infoOf(recording: Recording): PanelInfo {
  return {
    picture: describeRecording(recording),
    seconds: recording.seconds,
    recording: recording.state !== 'ended',
  };
}

function fileInfo(file: string): PanelInfo {
  return { picture: { what: basename(file) }, seconds: 0, recording: false };
}
