// Runs what has failed once more, by itself: a test that passes then is unsteady, and told as such.

/**
 * @typedef {import('./nodeTests.mjs').Result} Result
 * @typedef {import('./nodeTests.mjs').Failure} Failure
 */

/**
 * With all tests of its file, which may prepare it. One that passed at first and fails now is just as
 * unsteady as one that does it the other way round; what fails twice has failed.
 *
 * @param {Result} first
 * @param {(file: string) => Promise<Result>} run
 * @returns {Promise<Result>}
 */
export async function onceMore(first, run) {
  const files = [...new Set(first.failed.flatMap(({ file }) => file ?? []))];
  if (files.length === 0) return first;
  console.log(`\n── once more, by itself: ${files.join(', ')} ──`);
  /** @type {Failure[]} */
  const again = [];
  for (const file of files) again.push(...(await run(file)).failed);
  return judge(first, again);
}

/** @param {Result} first @param {Failure[]} again @returns {Result} */
function judge({ passed, failed, skipped }, again) {
  const isIn =
    (/** @type {Failure[]} */ list) =>
    (/** @type {Failure} */ { name }) =>
      list.some((each) => each.name === name);
  const twice = failed.filter((each) => each.file === undefined || isIn(again)(each));
  const unsteady = failed.filter((each) => !twice.includes(each));
  const fresh = again.filter((each) => !isIn(failed)(each));
  return {
    passed: passed + unsteady.length,
    failed: twice,
    skipped,
    unsteady: [...unsteady, ...fresh],
  };
}
