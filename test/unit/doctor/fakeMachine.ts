/** A machine as the test describes it: what is not described is not there. */
import type { FileFacts, Machine, RunResult } from '../../../src/doctor/machine';

export interface Description {
  readonly files?: Readonly<Record<string, string>>;
  readonly facts?: Readonly<Record<string, FileFacts>>;
  readonly links?: Readonly<Record<string, string>>;
  readonly runs?: Readonly<Record<string, Partial<RunResult>>>;
}

export function fakeMachine({
  files = {},
  facts = {},
  links = {},
  runs = {},
}: Description): Machine {
  const isFolder = (path: string): boolean =>
    Object.keys(facts).some((each) => each.startsWith(path === '/' ? '/' : `${path}/`));
  const usual = (path: string): FileFacts | undefined => {
    if (path in files) return { uid: 0, mode: 0o100644 };
    return isFolder(path) ? { uid: 0, mode: 0o040755 } : undefined;
  };
  return {
    read: (path) => files[path],
    look: (path) => facts[path] ?? usual(path),
    link: (path) => links[path],
    run: (file, words) => {
      const found = runs[[file, ...words].join(' ')] ?? runs[file];
      return found && { status: 0, stdout: '', stderr: '', ...found };
    },
  };
}
