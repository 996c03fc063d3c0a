import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MessageLog } from '../../../src/recording/messageLog';

function told(...messages: string[]): string[] {
  const lines: string[] = [];
  const log = new MessageLog((text) => lines.push(text));
  messages.forEach((message) => log.add(message));
  log.close();
  return lines;
}

test('what is said again and again is told once, and its number at the end', () => {
  const warning = 'WARNING: failed to delete key';
  const many = Array.from({ length: 728 }, () => warning);
  assert.deepEqual(told(...many.slice(0, 700), 'ERROR: x', ...many.slice(700)), [
    warning,
    'ERROR: x',
    `… 727 more: ${warning}`,
  ]);
});

test('different messages have a bound, and how many were left out is told', () => {
  const lines = told(...Array.from({ length: 1_300 }, (_, index) => `message ${index}`));
  assert.equal(lines.length, 202);
  assert.deepEqual(lines.slice(199), [
    'message 199',
    'Further messages are left out.',
    '1,100 messages were left out.',
  ]);
});

test('the last thirty messages are kept, each as often as it came, and shortened', () => {
  const log = new MessageLog(() => {});
  assert.deepEqual(log.lastWords, []);
  for (let index = 0; index < 300; index++) log.add(`message ${index}`);
  log.add('again');
  log.add('again');
  log.add('x'.repeat(5_000));
  log.close();
  assert.equal(log.lastWords.length, 30);
  assert.deepEqual(log.lastWords.slice(0, 1), ['message 273']);
  assert.deepEqual(log.lastWords.slice(-3, -1), ['again', 'again']);
  assert.ok((log.lastWords.at(-1) ?? '').length <= 1_001);
});
