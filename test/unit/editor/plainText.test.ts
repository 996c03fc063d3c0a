import assert from 'node:assert/strict';
import { test } from 'node:test';
import { plainText } from '../../../src/editor/plainText';

test('a name cannot become a link that runs a command, nor move the cursor', () => {
  const name = 'burst [here](command:workbench.action.quit)\u001b[2J';
  assert.equal(plainText(name), 'burst [here] (command:workbench.action.quit)\\x1b[2J');
});
