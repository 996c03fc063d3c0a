// What tests may do on this machine, for the runner and for the tests themselves.
import { cacheDirectory } from './paths.mjs';
import { findOnPath } from './command.mjs';

/** Whether tests may change the system by adding users and policies. */
export const systemTestsAllowed = process.env.STACK_COUNT_SYSTEM_TESTS === '1';

/** The folder for what tests fetch or compile, which the test user must be able to read. */
export function testCacheDirectory() {
  const shared = process.env.STACK_COUNT_CACHE || '/var/cache/stack-count-test';
  return systemTestsAllowed ? shared : cacheDirectory();
}

/** @returns {string | undefined} */
export function findChromium() {
  const names = ['chromium', 'chromium-browser', 'google-chrome'];
  return names.map((name) => findOnPath(name)).find(Boolean);
}
