/**
 * Which image is behind each mapping of one process. A file is opened once per process, to see that
 * it is still the one that was mapped; what it holds is read once for all processes.
 */
import type { Image } from './image';
import { imageKey, type ImageStore } from './imageStore';
import { openMapped } from './mappedFile';
import { moduleOf, type Mapping } from './maps';
import { rootOf } from './procfs';
import { VDSO_MODULE, type Vdso } from './vdso';
import type { Work } from './work';

export interface ImageSources {
  readonly images: ImageStore;
  readonly vdso: Vdso | undefined;
  /** Told why the functions of a file have no names. */
  readonly onProblem: (module: string, reason: string) => void;
}

/** A process can map one file after the other for days. */
const MAX_FILES = 4_096;

/** Stands for a file that could not be had. */
const NONE = '';

export class ProcessImages {
  readonly #pid: number;
  readonly #sources: ImageSources;
  /** By file as the mapping names it: the key of its image in the store, or `NONE`. */
  readonly #keys = new Map<string, string>();
  #root: string | undefined;
  #seenMs = 0;

  constructor(pid: number, sources: ImageSources) {
    this.#pid = pid;
    this.#sources = sources;
  }

  /** New mappings: failures get another chance. What was had stays, its path may be gone by now. */
  refresh(): void {
    this.#seenMs = Date.now();
    this.#root = undefined;
    for (const [file, key] of this.#keys) if (key === NONE) this.#keys.delete(file);
  }

  /** As `/proc/<pid>/root`, or '' when the process sees the files that we see. */
  get root(): string {
    this.#root ??= rootOf(this.#pid);
    return this.#root;
  }

  *imageOf(mapping: Mapping): Work<Image | undefined> {
    const { images, vdso } = this.#sources;
    if (mapping.name === VDSO_MODULE) return vdso?.isBehind(mapping) ? vdso.image : undefined;
    if (mapping.inode === '0') return undefined;
    const file = `${mapping.device} ${mapping.inode} ${moduleOf(mapping)}`;
    const key = this.#keys.get(file);
    if (key === NONE) return undefined;
    return (key && images.get(key)) || (yield* this.#open(mapping, file));
  }

  *#open(mapping: Mapping, file: string): Work<Image | undefined> {
    const { images, onProblem } = this.#sources;
    const where = { pid: this.#pid, root: this.root, seenMs: this.#seenMs };
    const opened = openMapped(mapping, where);
    if (this.#keys.size >= MAX_FILES) this.#keys.clear();
    this.#keys.set(file, opened.ok ? imageKey(opened.value.file.identity) : NONE);
    if (!opened.ok) {
      onProblem(moduleOf(mapping), opened.reason);
      return undefined;
    }
    try {
      const image = yield* images.loading(opened.value.file, opened.value.path, opened.value.root);
      if (image.reason) onProblem(moduleOf(mapping), image.reason);
      return image;
    } finally {
      opened.value.file.close();
    }
  }
}
