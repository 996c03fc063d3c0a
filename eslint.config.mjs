// Lint rules, the direction of dependencies among them: see ARCHITECTURE.md.
import tseslint from 'typescript-eslint';

/** What the files of each folder of src/ may import from, besides their own. */
const ALLOWED = {
  core: [],
  symbols: ['core'],
  anomaly: ['core'],
  flamegraph: ['core'],
  formats: ['core', 'flamegraph'],
  privilege: ['core'],
  processes: ['core'],
  capture: ['core', 'symbols', 'privilege'],
  doctor: ['core', 'capture', 'symbols', 'privilege'],
  engine: [
    'core',
    'capture',
    'symbols',
    'anomaly',
    'flamegraph',
    'formats',
    'privilege',
    'processes',
  ],
  terminal: [
    'core',
    'capture',
    'doctor',
    'engine',
    'formats',
    'flamegraph',
    'privilege',
    'processes',
  ],
  editor: [
    'core',
    'capture',
    'doctor',
    'engine',
    'formats',
    'flamegraph',
    'privilege',
    'processes',
  ],
};

const pure = new Set(['core', 'anomaly', 'flamegraph']);

function restrictions(folder, allowed) {
  const forbidden = Object.keys(ALLOWED).filter(
    (name) => name !== folder && !allowed.includes(name),
  );
  const patterns = [
    { regex: `^\\.\\./(${forbidden.join('|')})/`, message: `${folder} does not know them.` },
  ];
  if (folder !== 'editor')
    patterns.push({ regex: '^vscode$', message: 'Only editor/ imports vscode.' });
  if (pure.has(folder)) patterns.push({ regex: '^node:', message: `${folder} is pure.` });
  return {
    files: [`src/${folder}/**/*.ts`],
    rules: { 'no-restricted-imports': ['error', { patterns }] },
  };
}

export default tseslint.config(
  { ignores: ['dist/', 'artifacts/', 'node_modules/', 'test/fixtures/'] },
  ...tseslint.configs.recommended,
  {
    rules: {
      eqeqeq: 'error',
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
    },
  },
  ...Object.entries(ALLOWED).map(([folder, allowed]) => restrictions(folder, allowed)),
);
