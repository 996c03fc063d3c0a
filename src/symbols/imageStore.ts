/**
 * The images in memory, one per file however many processes run it. The least recently used go when
 * they take too much room; a file is known by device, inode, size and time of modification.
 */
import { debugSymbols } from './debugFile';
import type { FileIdentity, RegularFile } from './fileAccess';
import { image as readImage, type Image } from './image';
import { finish, type Work } from './work';

export interface ImageStoreOptions {
  /** `/usr/lib/debug` */
  readonly debugDirectory: string;
  readonly maxBytes: number;
}

/** Those of a whole system are some hundred. Bounds those that cost no bytes, too. */
const MAX_IMAGES = 4096;

export class ImageStore {
  readonly #options: ImageStoreOptions;
  /** Least recently used first. */
  readonly #images = new Map<string, Image>();
  #bytes = 0;

  constructor(options: ImageStoreOptions) {
    this.#options = options;
  }

  get(key: string): Image | undefined {
    const image = this.#images.get(key);
    if (!image) return undefined;
    this.#images.delete(key);
    this.#images.set(key, image);
    return image;
  }

  /** `path` and `root` say where to look for its debug file, see `DebugSearch`. */
  load(file: RegularFile, path: string, root: string): Image {
    return finish(this.loading(file, path, root));
  }

  /** The same in steps, during which the file stays open. */
  *loading(file: RegularFile, path: string, root: string): Work<Image> {
    const key = imageKey(file.identity);
    const known = this.get(key);
    if (known) return known;
    const search = { path, root, directory: this.#options.debugDirectory };
    const image = yield* readImage(file, (elf) => debugSymbols(elf, search));
    const meanwhile = this.get(key);
    if (meanwhile) return meanwhile;
    this.#images.set(key, image);
    this.#bytes += image.byteLength;
    this.#makeRoom(image);
    return image;
  }

  #makeRoom(newest: Image): void {
    for (const [key, image] of this.#images) {
      const fits = this.#bytes <= this.#options.maxBytes && this.#images.size <= MAX_IMAGES;
      if (fits || image === newest) return;
      this.#images.delete(key);
      this.#bytes -= image.byteLength;
    }
  }

  get byteLength(): number {
    return this.#bytes;
  }
}

export function imageKey({ device, inode, size, modifiedNs }: FileIdentity): string {
  return `${device} ${inode} ${size} ${modifiedNs}`;
}
