import {Flags} from '@oclif/core'
import {type Guards, noGuards, parseStopRules, type StopRule} from '#lib/metering/guards.js'
import {durationFlag} from './duration-flag.js'
import {rateFlag} from './rate-flag.js'

/** Flags of commands that send many things: how carefully. */
export const careFlags = {
  canary: Flags.integer({
    summary: 'send so many first; go on only if all of them end well',
    min: 1,
    helpGroup: 'GUARD',
  }),
  'canary-wait': durationFlag({
    summary: 'how long the canary may take (2m)',
    dependsOn: ['canary'],
    helpGroup: 'GUARD',
  }),
  rate: rateFlag({summary: 'how many a second, e.g. 10/s or 600/m', helpGroup: 'GUARD'}),
  ramp: Flags.boolean({summary: 'begin at a tenth of the pace, and go up as they end well', helpGroup: 'GUARD'}),
  'max-in-flight': Flags.integer({summary: 'how many on their way at once (2000)', min: 1, helpGroup: 'GUARD'}),
  'stop-on': Flags.custom<readonly StopRule[]>({
    summary: 'when to stop, e.g. "5%|3 consecutive|new-group|erp-slow"',
    helpValue: '<rules>',
    helpGroup: 'GUARD',
    parse: async (text) => {
      const rules = parseStopRules(text)
      if (rules !== undefined) return rules
      throw new Error(`"${text}" is no rule to stop on; write some of "5%|3 consecutive|new-group|erp-slow"`)
    },
  })(),
}

/** The same of commands that send letters, of which a key may have many. */
export const guardFlags = {
  ...careFlags,
  'per-key': Flags.integer({summary: 'letters of a business key on their way at once (1)', min: 1, helpGroup: 'GUARD'}),
}

interface GuardFlags {
  readonly canary: number | undefined
  readonly 'canary-wait': number | undefined
  readonly rate: number | undefined
  readonly ramp: boolean
  readonly 'per-key'?: number | undefined
  readonly 'max-in-flight': number | undefined
  readonly 'stop-on': readonly StopRule[] | undefined
}

/** The guards that were asked for; null if none was. */
export function readGuardFlags(flags: GuardFlags): Guards | null {
  const {canary, rate, ramp, 'per-key': perKey, 'max-in-flight': maxInFlight, 'stop-on': stopOn} = flags
  const isGuarded = ramp || [canary, rate, perKey, maxInFlight, stopOn].some((flag) => flag !== undefined)
  if (!isGuarded) return null
  return {
    canary: canary ?? null,
    canaryWaitMs: flags['canary-wait'] ?? noGuards.canaryWaitMs,
    ratePerS: rate ?? null,
    ramp,
    perKey: perKey ?? noGuards.perKey,
    maxInFlight: maxInFlight ?? null,
    stopOn: stopOn ?? [],
  }
}
