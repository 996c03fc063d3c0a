/** The mappings of a process that we may look at ourselves. */
import { open } from 'node:fs/promises';

/** As bpftrace prints of them; 65,000 mappings with paths of 4 KB would be 270 MB. */
export const MAX_MAPS_BYTES = 4 * 2 ** 20;
const BYTES_AT_A_TIME = 2 ** 16;

/** undefined: it is gone, or not ours. */
export async function readMaps(tgid: number): Promise<string | undefined> {
  try {
    const file = await open(`/proc/${tgid}/maps`);
    try {
      return await readUpTo(file, MAX_MAPS_BYTES);
    } finally {
      await file.close();
    }
  } catch {
    return undefined;
  }
}

async function readUpTo(file: Awaited<ReturnType<typeof open>>, most: number): Promise<string> {
  const pieces: string[] = [];
  const bytes = Buffer.alloc(BYTES_AT_A_TIME);
  for (let done = 0; done < most;) {
    const { bytesRead } = await file.read(bytes, 0, bytes.length, null);
    if (bytesRead === 0) break;
    done += bytesRead;
    pieces.push(bytes.toString('latin1', 0, bytesRead));
  }
  return pieces.join('');
}
