/** package.json, package.nls.json and src/editor/contributions.ts tell the same story. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { COMMANDS, CONTEXT_KEYS, PANELS, SETTINGS, VIEWS } from '../../src/editor/contributions';
import { DEFAULT_CAPTURE, DEFAULT_MAX_STACKS, MAX_DEPTH, MAX_HZ } from '../../src/ticks/options';

const text = readFileSync('package.json', 'utf8');
const manifest = JSON.parse(text) as {
  contributes: {
    commands: { command: string; title: string; category?: string; enablement?: string }[];
    views: Record<string, { id: string }[]>;
    configuration: {
      properties: Record<string, { default: unknown; maximum?: number; scope?: string }>;
    };
  };
};
const { commands, views, configuration } = manifest.contributes;

test('every command is contributed, and every contribution is known', () => {
  assert.deepEqual(commands.map(({ command }) => command).sort(), Object.values(COMMANDS).sort());
  assert.ok(commands.every(({ category }) => category === 'Stack Count'));
});

test('every view is contributed', () => {
  const ids = Object.values(views).flatMap((list) => list.map(({ id }) => id));
  assert.deepEqual(ids, Object.values(VIEWS));
});

test('settings are those that are read, with the defaults of the engine', () => {
  const { properties } = configuration;
  assert.deepEqual(
    Object.keys(properties).sort(),
    SETTINGS.keys.map((key) => `${SETTINGS.section}.${key}`).sort(),
  );
  assert.equal(properties['stackCount.frequency']?.default, DEFAULT_CAPTURE.hz);
  assert.equal(properties['stackCount.frequency']?.maximum, MAX_HZ);
  assert.equal(properties['stackCount.maxDepth']?.default, DEFAULT_CAPTURE.depth);
  assert.equal(properties['stackCount.maxDepth']?.maximum, MAX_DEPTH);
  assert.equal(properties['stackCount.maxStacks']?.default, DEFAULT_MAX_STACKS);
});

test('no setting chooses a program: it would run as root', () => {
  assert.ok(
    Object.keys(configuration.properties).every((key) => !/path|bpftrace|command/i.test(key)),
  );
});

test('whatever runs as root or changes the machine needs a trusted workspace', () => {
  const { start, startForProcess, startLoadMonitor, checkMachine, installHelper, uninstallHelper } =
    COMMANDS;
  const asRoot: string[] = [
    ...[start, startForProcess, startLoadMonitor],
    ...[checkMachine, installHelper, uninstallHelper],
  ];
  for (const { command, enablement = '' } of commands) {
    assert.equal(enablement.includes('isWorkspaceTrusted'), asRoot.includes(command), command);
  }
});

test('a workspace file cannot widen whose processes are recorded', () => {
  assert.equal(configuration.properties['stackCount.ownProcesses']?.scope, 'machine');
});

test('every text is in package.nls.json, and every text there is used', () => {
  const texts = JSON.parse(readFileSync('package.nls.json', 'utf8')) as Record<string, string>;
  const used = [...text.matchAll(/"%([\w.]+)%"/g)].map((found) => found[1]);
  assert.deepEqual([...new Set(used)].sort(), Object.keys(texts).sort());
});

test('when clauses use only the context keys that are set', () => {
  const keys = [...text.matchAll(/!?(stackCount\.[a-zA-Z]+)(?= |"|\))/g)].map((found) => found[1]);
  const known: string[] = [
    ...Object.values(CONTEXT_KEYS),
    ...Object.values(VIEWS),
    ...Object.values(COMMANDS),
    ...Object.values(PANELS),
  ];
  const settings = SETTINGS.keys.map((key) => `${SETTINGS.section}.${key}`);
  assert.deepEqual(
    keys.filter((key) => !known.includes(key ?? '') && !settings.includes(key ?? '')),
    [],
  );
});
