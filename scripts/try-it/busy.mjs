// A program to examine with Stack Count. It spends about two thirds of its time in sieve, the rest
// in collatz. Start it with --perf-basic-prof-only-functions, so that Node.js records the address
// of each compiled function.

function sieve(limit) {
  const composite = new Uint8Array(limit);
  let primes = 0;
  for (let number = 2; number < limit; number++) {
    if (composite[number]) continue;
    primes++;
    for (let multiple = number * number; multiple < limit; multiple += number)
      composite[multiple] = 1;
  }
  return primes;
}

function collatz(limit) {
  let longest = 0;
  for (let start = 1; start < limit; start++) {
    let steps = 0;
    for (let number = start; number !== 1; steps++)
      number = number % 2 ? 3 * number + 1 : number / 2;
    longest = Math.max(longest, steps);
  }
  return longest;
}

const seconds = Number(process.argv[2] ?? 60);
const end = Date.now() + seconds * 1000;
console.log(`Process ${process.pid} burns CPU for ${seconds} seconds.`);
while (Date.now() < end) {
  sieve(3_000_000);
  collatz(30_000);
}
