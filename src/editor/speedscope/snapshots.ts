/**
 * Files that hold what speedscope tabs show, in the extension's storage: for the page to fetch, to
 * be saved by Ctrl+S, and to be there again when the window is reloaded, which ends the engine.
 */
import { randomUUID } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';

const SUFFIX = '.speedscope.json';
const NAME = /^[\w-]+\.speedscope\.json$/;
/** A tab that was closed while no extension ran leaves its file behind. */
const KEPT_MS = 7 * 24 * 3600 * 1000;
/** Tabs close, too, when the window is reloaded, and it is the next one that wants the file. */
const RELOADED_WITHIN_MS = 10_000;

export class Snapshots {
  readonly #removals = new Set<NodeJS.Timeout>();

  /** @param folder for its owner alone */
  constructor(readonly folder: string) {}

  /** Path for a new one. */
  fresh(): string {
    mkdirSync(this.folder, { recursive: true, mode: 0o700 });
    chmodSync(this.folder, 0o700);
    this.#removeForgotten();
    return join(this.folder, `${randomUUID()}${SUFFIX}`);
  }

  /** Path of one of an earlier time; undefined when it is gone. */
  find(name: string): string | undefined {
    const path = join(this.folder, name);
    return NAME.test(name) && existsSync(path) ? path : undefined;
  }

  /** It is not shown any more; unless the window is being closed it goes a little later. */
  release(path: string | undefined): void {
    if (path === undefined) return;
    const removal = setTimeout(() => {
      this.#removals.delete(removal);
      rmSync(path, { force: true });
    }, RELOADED_WITHIN_MS);
    this.#removals.add(removal);
  }

  /** What is there stays for the next window. */
  dispose(): void {
    for (const removal of this.#removals) clearTimeout(removal);
  }

  #removeForgotten(): void {
    for (const name of readdirSync(this.folder)) {
      const path = join(this.folder, name);
      const modified = statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? Infinity;
      if (NAME.test(name) && Date.now() - modified > KEPT_MS) rmSync(path, { force: true });
    }
  }
}
