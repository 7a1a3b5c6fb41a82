type LogMethod = (facts: Readonly<Record<string, unknown>>, event: string) => void

/** Where events are written: facts first, then what happened, in the past tense. */
export interface Log {
  readonly debug: LogMethod
  readonly info: LogMethod
  readonly warn: LogMethod
  readonly error: LogMethod
}
