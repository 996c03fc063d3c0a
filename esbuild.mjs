// Builds the programs into dist/: the extension (CommonJS, as VS Code loads it), the engine it
// starts, and the terminal tool. Types are checked by tsc, not here.
import { build, context } from 'esbuild';
import { chmodSync, copyFileSync, mkdirSync } from 'node:fs';
import { createRequire } from 'node:module';

const common = {
  bundle: true,
  platform: 'node',
  target: 'node20',
  sourcemap: true,
  logLevel: 'info',
  legalComments: 'linked',
};

// Some dependencies are CommonJS and call require() for modules of Node itself.
const banner = {
  js: "import { createRequire as requireFor } from 'node:module'; const require = requireFor(import.meta.url);",
};

const programs = [
  {
    ...common,
    entryPoints: ['src/extension.ts'],
    outfile: 'dist/extension.cjs',
    format: 'cjs',
    external: ['vscode'],
  },
  {
    ...common,
    entryPoints: { cli: 'src/cli.ts', engine: 'src/engine.ts' },
    outdir: 'dist',
    format: 'esm',
    banner,
  },
];

programs.push({
  ...common,
  entryPoints: {
    flamegraph: 'webview/flamegraph.ts',
    flamegraphClient: 'src/flamegraph/client/main.ts',
  },
  outdir: 'dist/webview',
  platform: 'browser',
  target: 'es2022',
  format: 'iife',
});

mkdirSync('dist', { recursive: true });
// The demangler is WebAssembly, which is loaded at run time from beside the program.
const demangler = createRequire(import.meta.url).resolve('gecko-profiler-demangle/index_bg.wasm');
copyFileSync(demangler, 'dist/gecko-profiler-demangle.wasm');
if (process.argv.includes('--watch')) {
  for (const program of programs) await (await context(program)).watch();
} else {
  await Promise.all(programs.map((program) => build(program)));
  chmodSync('dist/cli.js', 0o755);
}
