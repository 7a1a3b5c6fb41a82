import {type Guards, stopRuleText} from './guards.js'

/** Guards as a person would type them. */
export function guardsText(guards: Guards): string {
  const {canary, canaryWaitMs, ratePerS, ramp, perKey, maxInFlight, stopOn} = guards
  const told = [
    ...(canary === null ? [] : [`canary ${canary} within ${canaryWaitMs / 1000}s`]),
    ...(ratePerS === null ? [] : [`rate ${Number(ratePerS.toFixed(3))}/s`]),
    ...(ramp ? ['ramp'] : []),
    ...(maxInFlight === null ? [] : [`max in flight ${maxInFlight}`]),
    ...(perKey === 1 ? [] : [`per key ${perKey}`]),
    ...(stopOn.length === 0 ? [] : [`stop on ${stopOn.map(stopRuleText).join(' | ')}`]),
  ]
  return told.length === 0 ? 'none' : told.join(', ')
}
