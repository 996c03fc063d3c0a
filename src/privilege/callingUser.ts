/** For whom we are root: files written on their behalf are theirs. */

/** uid and gid of the person who asked for root, when we are root on their behalf. */
export function callingUser(
  environment: NodeJS.ProcessEnv = process.env,
  uid: number = process.getuid?.() ?? -1,
): { uid: number; gid: number } | undefined {
  if (uid !== 0) return undefined;
  const caller = Number(environment['SUDO_UID'] ?? environment['PKEXEC_UID']);
  if (!Number.isInteger(caller) || caller <= 0) return undefined;
  const group = Number(environment['SUDO_GID']);
  return { uid: caller, gid: Number.isInteger(group) && group > 0 ? group : caller };
}
