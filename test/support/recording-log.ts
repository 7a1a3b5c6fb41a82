import type {Log} from '#lib/kernel/log.js'

interface LoggedEvent {
  readonly level: keyof Log
  readonly event: string
  readonly facts: Readonly<Record<string, unknown>>
}

/** A log that a test can read. */
export interface RecordingLog extends Log {
  readonly events: readonly LoggedEvent[]
  readonly has: (event: string) => boolean
}

export function recordingLog(): RecordingLog {
  const events: LoggedEvent[] = []
  const at =
    (level: keyof Log): Log['info'] =>
    (facts, event) => {
      events.push({level, event, facts})
    }
  return {
    events,
    has: (wanted) => events.some(({event}) => event === wanted),
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
  }
}
