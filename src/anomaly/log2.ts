/** A logarithm that is the same on every machine. */

const TERMS = 12;
const PER_NATURAL = 1.4426950408889634;

/**
 * log2 of a positive finite number, to about 1e-12. `Math.log2` may differ in the last bit between
 * engines and processors, and then a label could; + - * / are rounded alike everywhere (IEEE 754).
 */
export function log2(value: number): number {
  let exponent = 0;
  let rest = value;
  for (; rest >= 1.5; rest /= 2) exponent++;
  for (; rest < 0.75; rest *= 2) exponent--;
  // ln x = 2 artanh t with t = (x - 1) / (x + 1), here |t| <= 1/5.
  const t = (rest - 1) / (rest + 1);
  let sum = 0;
  for (let i = TERMS - 1; i >= 0; i--) sum = sum * t * t + 1 / (2 * i + 1);
  return exponent + 2 * t * sum * PER_NATURAL;
}
