// Lint rules, the direction of dependencies among them: see ARCHITECTURE.md.
import tseslint from 'typescript-eslint';

/** Folders of src/ that the files of a folder may not import from. */
const LAYERS = {
  core: [
    'symbols',
    'capture',
    'processes',
    'anomaly',
    'flamegraph',
    'formats',
    'privilege',
    'engine',
    'terminal',
    'editor',
  ],
  symbols: [
    'capture',
    'processes',
    'anomaly',
    'flamegraph',
    'formats',
    'privilege',
    'engine',
    'terminal',
    'editor',
  ],
  anomaly: [
    'symbols',
    'capture',
    'processes',
    'flamegraph',
    'formats',
    'privilege',
    'engine',
    'terminal',
    'editor',
  ],
  flamegraph: [
    'symbols',
    'capture',
    'processes',
    'anomaly',
    'formats',
    'privilege',
    'engine',
    'terminal',
    'editor',
  ],
  formats: [
    'symbols',
    'capture',
    'processes',
    'anomaly',
    'privilege',
    'engine',
    'terminal',
    'editor',
  ],
  privilege: [
    'symbols',
    'capture',
    'processes',
    'anomaly',
    'flamegraph',
    'formats',
    'engine',
    'terminal',
    'editor',
  ],
  processes: [
    'symbols',
    'capture',
    'anomaly',
    'flamegraph',
    'formats',
    'privilege',
    'engine',
    'terminal',
    'editor',
  ],
  capture: ['processes', 'anomaly', 'flamegraph', 'formats', 'engine', 'terminal', 'editor'],
  engine: ['terminal', 'editor'],
  terminal: ['editor'],
  editor: ['terminal'],
};

const pure = new Set(['core', 'anomaly', 'flamegraph']);

function restrictions(folder, forbidden) {
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
  ...Object.entries(LAYERS).map(([folder, forbidden]) => restrictions(folder, forbidden)),
);
