/** The command line asked for something that can not be done: exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
