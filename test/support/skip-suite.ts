import Mocha from 'mocha'

/** Skips the suite that a hook belongs to, or one test; the closing report of the run says why. */
export function skipSuite(context: Mocha.Context, reason: string): never {
  const owner = context.test instanceof Mocha.Hook ? context.test.parent : context.test
  if (owner !== undefined) Object.assign(owner, {skippedBecause: reason})
  return context.skip()
}
