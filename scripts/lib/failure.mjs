// The one error our scripts throw on purpose: what went wrong, and what to do about it.

export class Failure extends Error {
  /**
   * @param {string} cause
   * @param {string} nextStep
   * @param {string} [details] output of the program that failed
   * @param {number} [exitCode] 2 for wrong usage
   */
  constructor(cause, nextStep, details = '', exitCode = 1) {
    super(cause);
    this.exitCode = exitCode;
    this.nextStep = nextStep;
    this.details = details;
  }
}

/**
 * Runs a script's main function. A Failure ends in two plain sentences, anything else in a stack
 * trace, because it is a bug of ours.
 *
 * @param {() => Promise<number>} main
 */
export async function runScript(main) {
  try {
    process.exitCode = await main();
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    if (error.details) console.error(error.details);
    console.error(`\n${error.message}\n${error.nextStep}`);
    process.exitCode = error.exitCode;
  }
}
