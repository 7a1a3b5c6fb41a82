import type {Pause} from '#lib/ledger/pauses.js'
import type {Resumption} from './pauses.js'

export function presentPause({scope, name, until, by, reason}: Pause): string {
  const end = until === null ? `until somebody types: erpsync ${scope} resume ${name}` : `until ${until.toISOString()}`
  return `Paused ${scope} ${name} (${by}: ${reason}) ${end}`
}

export function presentResumption(scope: Pause['scope'], name: string, {ended, probesNow}: Resumption): string {
  const resumed =
    ended === null
      ? `The ${scope} ${name} was not paused.`
      : `Resumed ${scope} ${name}, paused by ${ended.by} at ${ended.at.toISOString()}: ${ended.reason}`
  return probesNow ? `${resumed}\nIt does not answer; a message tries now whether it is back.` : resumed
}
