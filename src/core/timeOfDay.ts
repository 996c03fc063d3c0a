/** When something in a recording was, for people. */

/**
 * Local time of the machine, `14:03:10`.
 * @param seconds since the start of the recording
 */
export function timeOfDay(startedAt: number, seconds: number): string {
  const time = new Date(startedAt + seconds * 1000);
  return [time.getHours(), time.getMinutes(), time.getSeconds()]
    .map((part) => String(part).padStart(2, '0'))
    .join(':');
}
