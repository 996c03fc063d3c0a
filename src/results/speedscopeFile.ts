/**
 * What the editor's speedscope tab shows, as a file: it may be 15 MB, which is much for a message
 * through the extension host, and nothing for a page that fetches it.
 */
import { open, rm } from 'node:fs/promises';
import { basename } from 'node:path';
import { describeCapture } from '../ticks/options';
import { survivorOf, type StackRecord } from '../core/profile';
import { spansAsOf, type Timeline } from '../core/timeline';
import { writeTimeline } from '../formats/speedscopeTimeline';
import { convertedFile } from './convertedFile';
import { UnreadableError } from './storedProfile';
import { describeFileError } from './outputFiles';
import type { Recorded } from '../ticks/recorded';

/** It is written, with the length of the recording so far if it is one; or why not. */
export type SpeedscopeAnswer = { readonly seconds?: number } | { readonly problem: string };

/** Everything so far: what comes while it is written is for the next time. */
export function exportRecording(
  path: string,
  { header, seconds }: Recorded,
  timeline: Timeline<StackRecord>,
): Promise<SpeedscopeAnswer> {
  const spans = spansAsOf(timeline.spans, survivorOf);
  const document = writeTimeline(spans, describeCapture(header.options));
  return write(path, document, { seconds });
}

/** @param file of stacks: it has no ticks, so its samples are in the order of names */
export async function exportFile(path: string, file: string): Promise<SpeedscopeAnswer> {
  try {
    return await write(path, [convertedFile(file, 'speedscope')], {});
  } catch (error) {
    if (!(error instanceof UnreadableError)) throw error;
    return { problem: `${basename(file)} cannot be shown in speedscope: ${error.message}.` };
  }
}

async function write(
  path: string,
  pieces: Iterable<string>,
  answer: SpeedscopeAnswer,
): Promise<SpeedscopeAnswer> {
  try {
    await writeNew(path, pieces);
    return answer;
  } catch (error) {
    return { problem: `speedscope was not opened: ${describeFileError(error, path)}.` };
  }
}

/** For its owner alone. Piece by piece, so that bpftrace is listened to meanwhile. */
async function writeNew(path: string, pieces: Iterable<string>): Promise<void> {
  const file = await open(path, 'wx', 0o600);
  try {
    for (const piece of pieces) await file.writeFile(piece);
  } catch (error) {
    await rm(path, { force: true });
    throw error;
  } finally {
    await file.close();
  }
}
