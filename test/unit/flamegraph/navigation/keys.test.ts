import assert from 'node:assert/strict';
import { test } from 'node:test';
import { actionOf, type KeyPress } from '../../../../src/flamegraph/navigation/keys';

/** `Ctrl+Shift+f` as an event. */
function press(chord: string): KeyPress {
  const parts = chord.split('+');
  const held = (name: string): boolean => parts.slice(0, -1).includes(name);
  return {
    key: parts.at(-1) ?? '',
    ctrlKey: held('Ctrl'),
    metaKey: held('Meta'),
    altKey: held('Alt'),
    shiftKey: held('Shift'),
  };
}

test('a key means what the place of the keyboard makes of it', () => {
  assert.equal(actionOf(press('Enter'), 'graph'), 'choose');
  assert.equal(actionOf(press('Enter'), 'field'), 'nextMatch');
  assert.equal(actionOf(press('Enter'), 'page'), undefined);
  assert.equal(actionOf(press('Escape'), 'page'), 'back');
  assert.equal(actionOf(press('Escape'), 'field'), 'endSearch');
  assert.equal(actionOf(press('c'), 'page'), 'neighbours');
  assert.equal(actionOf(press('Ctrl+c'), 'graph'), 'copy');
});

test('letters are typed into a field, and the search is reached from everywhere', () => {
  for (const key of ['/', 'p', 't', 'c', 'i', 'Home', 'Backspace', 'ArrowLeft']) {
    assert.equal(actionOf(press(key), 'field'), undefined, key);
  }
  assert.equal(actionOf(press('/'), 'page'), 'search');
  for (const where of ['page', 'field'] as const) {
    assert.equal(actionOf(press('Ctrl+f'), where), 'search');
    assert.equal(actionOf(press('Meta+f'), where), 'search');
  }
});

test('combinations that we do not name are left to the editor and the browser', () => {
  for (const chord of [
    ...['Ctrl+k', 'Ctrl+ArrowUp', 'Ctrl+Alt+ArrowDown', 'Alt+Enter', 'Ctrl+Home', 'Meta+ArrowUp'],
    ...['Ctrl+Shift+Enter', 'Ctrl+Shift+c', 'Alt+c', 'F10', 'Ctrl+Backspace'],
  ]) {
    assert.equal(actionOf(press(chord), 'graph'), undefined, chord);
  }
  for (const chord of ['Alt+/', 'Alt+Escape', 'Ctrl+Escape', 'Ctrl+p', 'Ctrl+Shift+s']) {
    assert.equal(actionOf(press(chord), 'page'), undefined, chord);
  }
});

test('Shift matters only where it is named: layouts need it for characters', () => {
  assert.equal(actionOf(press('Shift+/'), 'page'), 'search');
  assert.equal(actionOf(press('Shift+ArrowUp'), 'graph'), 'ArrowUp');
  assert.equal(actionOf(press('Shift+F10'), 'graph'), 'menu');
});
