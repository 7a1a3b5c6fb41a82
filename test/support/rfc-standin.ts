import {mkdtemp, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {codeOf, run} from '#lib/sandbox/rfc-sdk/machine.js'
import {
  prepareStandIn,
  type RfcSdk,
  type StandIn,
  standInFolder,
  whileNobodyBuilds,
} from '#lib/sandbox/rfc-sdk/prepare-stand-in.js'
import {skipSuite} from './skip-suite.js'

export type {RfcSdk}

let prepared: Promise<StandIn> | undefined

/** Builds the stand-in and installs node-rfc once. Undefined where the machine cannot have them. */
export async function rfcSdk(): Promise<RfcSdk | undefined> {
  const outcome = await prepareOnce()
  return outcome.kind === 'ready' ? outcome.sdk : undefined
}

/** The same for a `before` hook, which gets the time it needs; skips the suite, with the reason, where it cannot be had. */
export async function requireRfcSdk(context: Mocha.Context): Promise<RfcSdk> {
  context.timeout(prepareMs)
  const outcome = await prepareOnce()
  return outcome.kind === 'ready' ? outcome.sdk : skipSuite(context, outcome.reason)
}

/** The report of the tests in C, under the sanitizers; skips the suite where the compiler has none. */
export async function checkLibrary(context: Mocha.Context): Promise<string> {
  await requireRfcSdk(context)
  if (!(await hasSanitizers())) return skipSuite(context, 'the C compiler has no address sanitizer')
  return whileNobodyBuilds(async () => run('make', ['--silent', 'check'], standInFolder))
}

async function prepareOnce(): Promise<StandIn> {
  prepared ??= prepareStandIn()
  return prepared
}

/** By linking a program, since a compiler that knows the option may lack the library. */
async function hasSanitizers(): Promise<boolean> {
  const folder = await mkdtemp(join(tmpdir(), 'erpsync-sanitizer-'))
  try {
    await writeFile(join(folder, 'main.c'), 'int main(void) { return 0; }\n')
    await run(process.env.CC ?? 'cc', ['-fsanitize=address,undefined', '-o', 'main', 'main.c'], folder)
    return true
  } catch (error) {
    if (typeof codeOf(error) === 'number') return false
    throw error
  } finally {
    await rm(folder, {recursive: true})
  }
}

const prepareMs = 480_000
