// Lint rules, the direction of dependencies among them: see ARCHITECTURE.md.
import tseslint from 'typescript-eslint';
import { forbidden } from './scripts/lib/rooms.mjs';

/** Imports point one way, from room to room, as scripts/rooms.json has it. */
const rooms = {
  rules: {
    imports: {
      create(context) {
        const check = ({ source }) => {
          const message = source && forbidden(context.filename, source.value);
          if (message) context.report({ node: source, message });
        };
        return {
          ImportDeclaration: check,
          ImportExpression: check,
          ExportNamedDeclaration: check,
          ExportAllDeclaration: check,
        };
      },
    },
  },
};

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
  { plugins: { rooms }, rules: { 'rooms/imports': 'error' } },
);
