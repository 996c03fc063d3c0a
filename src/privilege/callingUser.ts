/** The user on whose behalf we are root, who owns the files we write. */

/** The uid and gid of the user who called sudo or pkexec; undefined unless we are root for one. */
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
