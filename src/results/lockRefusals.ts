/** Why a recording cannot have its folder: what stands in the way, and what frees it. */
export class FolderBusyError extends Error {
  override readonly name = 'FolderBusyError';

  /** @param advice what frees the folder, for a sentence that names another way, too */
  constructor(
    message: string,
    readonly advice: string,
  ) {
    super(message);
  }
}

export function busy(
  folder: string,
  { what, pid }: { what: string; pid: number },
): FolderBusyError {
  const message = `${what} (process ${pid}) is recording in ${folder} already.`;
  return new FolderBusyError(message, 'Stop it first');
}

export function contended(folder: string): FolderBusyError {
  return new FolderBusyError(`Others are about to record in ${folder}.`, 'Try again');
}

export function notOurs(path: string, holder: { pid: number } | undefined): FolderBusyError {
  const whose = holder ? `was left by process ${holder.pid} of` : 'belongs to';
  const message = `${path} ${whose} another user and cannot be removed by you.`;
  return new FolderBusyError(message, 'Remove it as root');
}

/** Somebody put it there, and only they know what for. */
export function notALock(path: string, kind: string): FolderBusyError {
  const message = `${path} is ${kind}, and not the lock of a recording.`;
  return new FolderBusyError(message, 'Remove it');
}

/** Whoever wrote it may be recording. */
export function unreadable(path: string): FolderBusyError {
  const message = `${path} belongs to another user and cannot be read by you, so a recording may be running there.`;
  return new FolderBusyError(message, 'Let its owner or root remove it');
}
