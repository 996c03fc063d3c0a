/**
 * How much of the machine V8 may take to make us fast. Up to version 11 (Node.js 20) it compiles what
 * is hot in further threads, and for a recording of 20 s that was half of all our CPU time; newer ones
 * have a cheaper compiler for it. Functions now have to run fifteen times as long before.
 */
import { setFlagsFromString } from 'node:v8';

export function limitJit(): void {
  if (parseInt(process.versions.v8, 10) < 12) setFlagsFromString('--interrupt-budget=1000000');
}
