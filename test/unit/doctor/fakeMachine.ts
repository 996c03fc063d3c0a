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
  return {
    read: (path) => files[path],
    look: (path) => facts[path] ?? (path in files ? { uid: 0, mode: 0o100644 } : undefined),
    link: (path) => links[path],
    run: (file, words) => {
      const found = runs[[file, ...words].join(' ')] ?? runs[file];
      return found && { status: 0, stdout: '', stderr: '', ...found };
    },
  };
}
