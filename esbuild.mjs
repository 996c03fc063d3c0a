// Builds the programs into dist/: the extension (CommonJS, as VS Code loads it), the engine it
// starts, and the terminal tool. Types are checked by tsc, not here.
import { build, context } from 'esbuild';
import { chmodSync, copyFileSync, mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const require = createRequire(import.meta.url);

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
    entryPoints: ['src/main/extension.ts'],
    outfile: 'dist/extension.cjs',
    format: 'cjs',
    external: ['vscode'],
  },
  {
    ...common,
    entryPoints: { cli: 'src/main/cli.ts', engine: 'src/main/engine.ts' },
    outdir: 'dist',
    format: 'esm',
    banner,
  },
];

programs.push({
  ...common,
  entryPoints: {
    flamegraph: 'webview/flamegraph/main.ts',
    speedscope: 'webview/speedscope/main.ts',
  },
  outdir: 'dist/webview',
  platform: 'browser',
  target: 'es2022',
  format: 'iife',
});

/** speedscope as npm has it; its page says what it is made of, under names with a hash in them. */
function copySpeedscope() {
  const folder = dirname(require.resolve('speedscope/dist/release/index.html'));
  const find = (file, pattern) => pattern.exec(readFileSync(join(folder, file), 'utf8'))?.[1];
  const [script, style] = [/src="(\S+\.js)"/, /href="(\S+\.css)"/].map((pattern) =>
    find('index.html', pattern),
  );
  const font = find(style, /url\("\.\/(\S+\.woff2)"\)/);
  mkdirSync('dist/speedscope', { recursive: true });
  const copy = (from, to) => copyFileSync(join(folder, from), join('dist/speedscope', to));
  copy(script, 'speedscope.js');
  copy(style, 'speedscope.css');
  copy(font, font);
  copy('../../LICENSE', 'LICENSE');
  copy('source-code-pro.LICENSE.md', 'source-code-pro.LICENSE.md');
}

mkdirSync('dist/webview', { recursive: true });
copyFileSync('webview/flamegraph/flamegraph.css', 'dist/webview/flamegraph.css');
copySpeedscope();
// The demangler is WebAssembly, which is loaded at run time from beside the program.
const demangler = require.resolve('gecko-profiler-demangle/index_bg.wasm');
copyFileSync(demangler, 'dist/gecko-profiler-demangle.wasm');
if (process.argv.includes('--watch')) {
  for (const program of programs) await (await context(program)).watch();
} else {
  await Promise.all(programs.map((program) => build(program)));
  chmodSync('dist/cli.js', 0o755);
}
