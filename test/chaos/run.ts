import {errorMessage} from '#lib/kernel/errors.js'
import {exitCodes} from '#lib/kernel/exit-codes.js'
import {prepareStandIn} from '#lib/sandbox/rfc-sdk/prepare-stand-in.js'
import {conduct, isClean} from './conduct.js'
import type {Cast} from './configuration.js'
import type {FlowSet} from './flows.js'
import {type ChaosOptions, readOptions} from './options.js'
import {presentOutcome, presentViolations, summarize} from './report.js'

const interruption = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => interruption.abort(signal))

process.exitCode = await main(process.argv.slice(2), interruption.signal)

async function main(args: readonly string[], signal: AbortSignal): Promise<number> {
  const options = parse(args)
  if (options === undefined) return exitCodes.usage
  say(`seed ${options.seed}`)
  try {
    const cast = await findCast(options.flows)
    if (cast === undefined) return exitCodes.configuration
    const outcome = await conduct(options, cast, {signal, keep: options.keep, say})
    print(options.json ? JSON.stringify(summarize(options, outcome)) : presentOutcome(options, outcome))
    if (outcome.logs !== undefined) say(presentViolations(options, outcome))
    return isClean(outcome.verdict) ? 0 : 1
  } catch (error) {
    if (signal.aborted) {
      say(`stopped by ${String(signal.reason)}; nothing is left running`)
      return signal.reason === 'SIGINT' ? 130 : 143
    }
    say(`the run broke off: ${errorMessage(error)}`)
    return 1
  }
}

/** Undefined, with the reason said, where calls by RFC cannot be made. */
async function findCast(flows: FlowSet): Promise<Cast | undefined> {
  if (flows === 'odata') return {flows}
  say("building the stand-in for SAP's RFC library")
  const standIn = await prepareStandIn()
  if (standIn.kind === 'ready') return {flows, sdk: standIn.sdk}
  say(`--flows ${flows} cannot run here: ${standIn.reason}`)
  return undefined
}

function parse(args: readonly string[]): ChaosOptions | undefined {
  try {
    return readOptions(args)
  } catch (error) {
    say(errorMessage(error))
    return undefined
  }
}

function say(line: string): void {
  process.stderr.write(`${line}\n`)
}

function print(text: string): void {
  process.stdout.write(`${text}\n`)
}
