import type { Target } from '../target';
import { BPF, FOLDED, LOG } from './formats';
import { JOURNAL } from './journal';
import { CAPTURE, HELPER_MESSAGES, HELPER_OUTPUT } from './recording';
import { ELF, MAPS, PERF_MAP } from './symbols';

/** All that reads what comes from outside. */
export const TARGETS: readonly Target[] = [
  HELPER_OUTPUT,
  HELPER_MESSAGES,
  CAPTURE,
  JOURNAL,
  LOG,
  BPF,
  FOLDED,
  ELF,
  MAPS,
  PERF_MAP,
];
