/**
 * The WebAssembly demangler of the Firefox Profiler (`gecko-profiler-demangle`), called directly:
 * its own glue imports the .wasm as a module, which neither Node nor a bundle can do.
 */
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { attempt } from './outcome';
import { limitMemory } from './wasmMemory';

/** What the build copies, under this name, to beside the bundle that this file ends up in. */
export const DEMANGLER_FILE = 'gecko-profiler-demangle.wasm';
const PACKAGED_FILE = 'gecko-profiler-demangle/index_bg.wasm';

/** 4 MB, of which the module takes 1 at its start: room for names of hundreds of kilobytes. */
const MEMORY_PAGES = 64;

/** What we use of WebAssembly. TypeScript has its types in the library for browsers only. */
interface WebAssemblyApi {
  readonly Module: new (bytes: Buffer) => object;
  readonly Instance: new (module: object, imports: object) => { readonly exports: unknown };
}

const { WebAssembly } = globalThis as unknown as { WebAssembly: WebAssemblyApi };

/** As wasm-bindgen names them. */
interface DemanglerExports {
  readonly memory: { readonly buffer: ArrayBuffer };
  readonly __wbindgen_malloc: (length: number, align: number) => number;
  readonly __wbindgen_free: (at: number, length: number, align: number) => void;
  readonly __wbindgen_start: () => void;
  readonly demangle_any: (at: number, length: number) => readonly [number, number];
}

export class WasmDemangler {
  readonly #module: object;
  #wasm: DemanglerExports;

  constructor(module: object) {
    this.#module = module;
    this.#wasm = instantiate(module);
  }

  /** `undefined` when the code trapped: for want of memory, or because of a fault in it. */
  demangle(symbol: string): string | undefined {
    const name = attempt(() => this.#call(symbol));
    if (name.ok) return name.value;
    // What a trap leaves behind in memory is in no defined state.
    this.#wasm = instantiate(this.#module);
    return undefined;
  }

  #call(symbol: string): string {
    const { memory, demangle_any, __wbindgen_malloc, __wbindgen_free } = this.#wasm;
    const input = Buffer.from(symbol, 'utf8');
    const at = __wbindgen_malloc(input.length, 1) >>> 0;
    new Uint8Array(memory.buffer).set(input, at);
    // The callee frees its input. Its result is a place and a length, which are ours to free.
    const [place, length] = demangle_any(at, input.length);
    const name = Buffer.from(memory.buffer, place >>> 0, length).toString('utf8');
    __wbindgen_free(place, length, 1);
    return name;
  }
}

/** Without it symbols stay mangled, which is a pity but no failure. */
export function loadWasmDemangler(): WasmDemangler | undefined {
  const loaded = attempt(() => {
    const limited = limitMemory(readFileSync(locate()), MEMORY_PAGES);
    return limited && new WasmDemangler(new WebAssembly.Module(limited));
  });
  return loaded.ok ? loaded.value : undefined;
}

/** Beside the bundle, or, when the sources themselves run, where npm put it. */
function locate(): string {
  const here = ownDirectory();
  const bundled = join(here, DEMANGLER_FILE);
  return existsSync(bundled) ? bundled : createRequire(join(here, '_')).resolve(PACKAGED_FILE);
}

/** A CommonJS bundle has `__dirname` and no `import.meta.url`, an ES module the reverse. */
function ownDirectory(): string {
  return typeof __dirname === 'string' ? __dirname : dirname(fileURLToPath(import.meta.url));
}

/** The one import sets up the table of JavaScript values, none of which this module uses. */
function instantiate(module: object): DemanglerExports {
  const imports = { './index_bg.js': { __wbindgen_init_externref_table: () => undefined } };
  const instance = new WebAssembly.Instance(module, imports);
  const wasm = instance.exports as DemanglerExports;
  wasm.__wbindgen_start();
  return wasm;
}
