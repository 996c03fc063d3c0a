/** How long a reader's touch holds the data back. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Hold } from '../../../webview/hold';

test('a clock that is set back holds nobody longer', async (context) => {
  await new Promise<void>((resolve) => {
    const hold = new Hold(() => {
      assert.equal(hold.active, false);
      resolve();
    }, 5);
    hold.touch();
    assert.ok(hold.active);
    const now = Date.now();
    context.mock.method(Date, 'now', () => now - 3_600_000);
  });
});
