import type {FailureClass} from '#lib/kernel/failure.js'
import type {RetrySettings} from './schema.js'

/** How often and after which delays a failure is tried again. */
export interface Ladder {
  readonly delays: readonly number[]
  readonly attempts: number
}

/** The ladder of a failure class: what the configuration says for it, else what it says for all. */
export function ladderFor({delays, attempts, byClass}: RetrySettings, failureClass: FailureClass): Ladder {
  const own = failureClass === 'transient' || failureClass === 'conflict' ? byClass[failureClass] : undefined
  return {delays: own?.delays ?? delays, attempts: own?.attempts ?? attempts}
}

/** Every delay a flow may need, each once, shortest first: there is a delay queue for each. */
export function delaysOf({delays, byClass}: RetrySettings): readonly number[] {
  const all = [...delays, ...(byClass.transient?.delays ?? []), ...(byClass.conflict?.delays ?? [])]
  return [...new Set(all)].toSorted((a, b) => a - b)
}
