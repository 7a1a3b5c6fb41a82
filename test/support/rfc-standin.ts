import {prepareStandIn, type RfcSdk, type StandIn} from '#lib/sandbox/rfc-sdk/prepare-stand-in.js'
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

async function prepareOnce(): Promise<StandIn> {
  prepared ??= prepareStandIn(new AbortController().signal)
  return prepared
}

const prepareMs = 480_000
