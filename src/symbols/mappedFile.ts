/**
 * Opens the file behind a mapping, and only that file: another one that has its path by now (a
 * rebuilt program, an upgraded library) has other functions at the same addresses, and a wrong name
 * is worse than none.
 */
import { openRegular, type FileIdentity, type RegularFile } from './fileAccess';
import { pathsOf, type Mapping } from './maps';
import { found, refused, type Outcome } from './outcome';

export interface Whereabouts {
  readonly pid: number;
  /** '' or `/proc/<pid>/root`: in front of a path as a process in a container sees it. */
  readonly root: string;
  /** When the mapping was read, milliseconds since the epoch. */
  readonly seenMs: number;
}

export interface MappedFile {
  readonly file: RegularFile;
  /** As the process sees it, binary text. */
  readonly path: string;
  readonly root: string;
}

interface Candidate {
  readonly openPath: string;
  readonly path: string;
  readonly root: string;
  readonly links: 'follow' | 'refuse';
  readonly isIt: (file: RegularFile) => boolean;
}

/** The caller closes the file. */
export function openMapped(mapping: Mapping, where: Whereabouts): Outcome<MappedFile> {
  if (mapping.inode === '0') return refused('not a file');
  let reason: string | undefined;
  for (const candidate of [...byPath(mapping, where), ...byProcess(mapping, where)]) {
    const { path, root, openPath, links, isIt } = candidate;
    const opened = openRegular(openPath, links);
    if (opened.ok && isIt(opened.value)) return found({ file: opened.value, path, root });
    if (opened.ok) opened.value.close();
    reason ??= opened.ok ? 'replaced since it was loaded' : opened.reason;
  }
  return refused(reason ?? 'no path leads to it');
}

/**
 * Paths in maps are resolved, so the last part of one is no link. A file that changed since the
 * mapping was seen is a new one: file systems give the inode number of a deleted file to the next.
 */
function byPath(mapping: Mapping, { root, seenMs }: Whereabouts): Candidate[] {
  const isIt = (file: RegularFile): boolean =>
    isSameFile(mapping, file.identity) && file.identity.changedMs <= seenMs;
  const roots = root === '' ? [''] : [root, ''];
  return roots.flatMap((prefix) =>
    pathsOf(mapping).map((path) => {
      return { openPath: prefix + path, path, root: prefix, links: 'refuse' as const, isIt };
    }),
  );
}

/**
 * While the process runs, /proc leads to files that have no path any more: `exe` for whoever may
 * trace the process, `map_files` for root (proc(5)). What is mapped keeps its inode number.
 */
function byProcess(mapping: Mapping, { pid, root }: Whereabouts): Candidate[] {
  const range = `${mapping.start.toString(16)}-${mapping.printedEnd.toString(16)}`;
  const [path = ''] = pathsOf(mapping);
  return ['exe', `map_files/${range}`].map((link) => ({
    openPath: `/proc/${pid}/${link}`,
    path,
    root,
    links: 'follow',
    isIt: (file) => isSameFile(mapping, file.identity),
  }));
}

/**
 * stat and maps name the same inode. The device may differ where a file system has none of its own
 * (major number 0): btrfs shows one for each subvolume, overlayfs, which containers run on, that of
 * the layer or that of the whole (Linux Documentation/filesystems/overlayfs.rst, "Inode properties").
 */
function isSameFile(mapping: Mapping, { device, inode }: FileIdentity): boolean {
  return inode === mapping.inode && (device === mapping.device || device.startsWith('00:'));
}
