/** A file of stacks as a profile, so that it is shown by whatever shows a recording. */
import { Profile, type ProcessRecord } from '../core/profile';
import type { CountedStack, ProcessRef } from '../core/stack';
import { describeReadError, isReadError, readWhole } from '../files/readFile';
import { FormatError } from '../formats/formatError';
import { readStacks } from '../formats/readStacks';
import { Demangler } from '../symbols/demangle';

/** Why a file could not be read, to be put behind its name: `: line 3: ...`. */
export class UnreadableError extends Error {
  override readonly name = 'UnreadableError';
}

/** A day of a busy machine is some MB; its text takes several times as much memory. */
const MAX_BYTES = 2 ** 30;

/** What stands in a file of stacks. A link is followed: whoever named the file may have made it. */
export function bytesOf(file: string): Buffer {
  return readWhole(file, MAX_BYTES, 'follow');
}

/** @throws UnreadableError */
export function storedProfile(file: string): Profile {
  const demangler = new Demangler();
  return readOrExplain(() =>
    profileOf(readStacks(bytesOf(file), (symbol) => demangler.demangle(symbol, file))),
  );
}

/** Stacks without a process, as folded text has them, belong to one without a key. */
export function profileOf(stacks: Iterable<CountedStack>): Profile {
  const profile = new Profile(Infinity);
  const processes = new Map<string, ProcessRecord>();
  const none: ProcessRef = { key: '', tgid: 0, name: '' };
  for (const { process = none, tid = 0, frames, count, addresses, label, reason } of stacks) {
    const { key, tgid, name } = process;
    let owner = processes.get(key);
    if (!owner) processes.set(key, (owner = profile.addProcess(tgid, name, key)));
    const record = profile.stack(
      owner,
      frames.map((frame) => profile.frames.intern(frame)),
    );
    if (addresses) record.addresses = () => addresses;
    if (label !== undefined && label !== null)
      record.label = Math.max(label, record.label ?? 0) as 0 | 1;
    if (reason !== undefined) record.reason = reason;
    profile.add(record, tid, count);
  }
  return profile;
}

/** @throws UnreadableError instead of what reading and parsing throw */
export function readOrExplain<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof FormatError) throw new UnreadableError(error.message);
    if (!isReadError(error)) throw error;
    throw new UnreadableError(describeReadError(error));
  }
}
