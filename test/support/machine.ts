/**
 * What this machine lets the tests do. Each `without…` is the `skip` of a test that needs it: false
 * here, else the reason. Where tests may set up the machine nothing is skipped: what is missing
 * there has to show.
 */
import { existsSync } from 'node:fs';
import { cacheDirectory } from '../../scripts/lib/paths.mjs';
import { findOnPath } from '../../scripts/lib/command.mjs';
import { bpftraces } from './bpftraces';

type Skip = string | false;

/** Tests that add users and policies run only where this was said: they change a system. */
export const systemTestsAllowed = process.env.STACK_COUNT_SYSTEM_TESTS === '1';

/** Where tests keep what they fetch or compile; the test user has to be able to read it. */
export function testCache(): string {
  const forSystemTests = process.env.STACK_COUNT_TEST_CACHE ?? '/var/cache/stack-count-test';
  return systemTestsAllowed ? forSystemTests : cacheDirectory();
}

export function withoutSystemTests(): Skip {
  if (!systemTestsAllowed)
    return 'adds a user and a polkit rule to this machine: allow it with STACK_COUNT_SYSTEM_TESTS=1';
  return process.getuid?.() === 0 ? false : 'adds a user and a polkit rule: needs root';
}

export function withoutBpftrace(): Skip {
  if (systemTestsAllowed) return false;
  if (process.getuid?.() !== 0) return 'needs root to run bpftrace';
  return bpftraces().length > 0 ? false : 'needs bpftrace';
}

export function withoutBrowser(): Skip {
  return systemTestsAllowed || chromium() !== undefined ? false : 'needs Chromium';
}

export function withoutCompiler(): Skip {
  return systemTestsAllowed || findOnPath('gcc') !== undefined ? false : 'needs gcc';
}

export function chromium(): string | undefined {
  const named = process.env.STACK_COUNT_TEST_CHROMIUM;
  if (named && existsSync(named)) return named;
  return ['chromium', 'chromium-browser', 'google-chrome'].map((name) => findOnPath(name)).find(Boolean);
}
