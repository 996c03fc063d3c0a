/**
 * What this machine lets the tests do. Each `without…` is the `skip` of a test that needs it: false
 * here, else the reason. Where tests may set up the machine nothing is skipped: what is missing
 * there has to show.
 */
import { findOnPath } from '../../scripts/lib/command.mjs';
import { findChromium, systemTestsAllowed } from '../../scripts/lib/machine.mjs';
import { bpftraces } from './bpftraces';

/** For the `skip` of a test. */
export type Skip = string | false;

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
  return systemTestsAllowed || findChromium() ? false : 'needs Chromium';
}

export function withoutCompiler(): Skip {
  return systemTestsAllowed || findOnPath('gcc') ? false : 'needs gcc';
}
