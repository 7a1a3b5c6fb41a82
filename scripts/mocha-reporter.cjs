// Mocha's own report, which suites were skipped and why, and one plain closing line that machines can read.
const {reporters, Runner} = require('mocha')

module.exports = class extends reporters.Spec {
  constructor(runner, options) {
    super(runner, options)
    runner.once(Runner.constants.EVENT_RUN_END, () => {
      const {passes, failures, pending} = this.stats
      for (const line of skipsOf(runner.suite)) process.stdout.write(`${line}\n`)
      process.stdout.write(`${passes} passed, ${failures} failed, ${pending} skipped\n`)
    })
  }
}

/** Of suites and tests that gave a reason (test/support/skip-suite.ts). */
function skipsOf(suite) {
  const own = [suite, ...suite.tests].filter(({skippedBecause}) => skippedBecause !== undefined)
  const lines = own.map((skipped) => `Skipped: ${skipped.fullTitle()} (${skipped.skippedBecause})`)
  return [...lines, ...suite.suites.flatMap(skipsOf)]
}
