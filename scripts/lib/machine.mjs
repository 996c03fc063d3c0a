// What this machine lets the tests do, for the runner and for the tests themselves.
import { cacheDirectory } from './paths.mjs';
import { findOnPath } from './command.mjs';

/** Tests that add users and policies run only where this was said: they change a system. */
export const systemTestsAllowed = process.env.STACK_COUNT_SYSTEM_TESTS === '1';

/** Where tests keep what they fetch or compile; the test user has to be able to read it. */
export function testCacheDirectory() {
  const shared = process.env.STACK_COUNT_CACHE || '/var/cache/stack-count-test';
  return systemTestsAllowed ? shared : cacheDirectory();
}

/** @returns {string | undefined} */
export function findChromium() {
  const names = ['chromium', 'chromium-browser', 'google-chrome'];
  return names.map((name) => findOnPath(name)).find(Boolean);
}
