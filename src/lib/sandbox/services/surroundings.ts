/** What the doings of the sandbox take from their caller. */
export interface Surroundings {
  readonly env: Readonly<Record<string, string | undefined>>
  /** Ends every wait. What was started till then is recorded, so that `down` and the next `up` find it. */
  readonly signal: AbortSignal
  /** Takes one line of talk. */
  readonly report: (line: string) => void
}
