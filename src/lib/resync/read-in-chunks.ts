import type {ErpConnector, ErpDocument, ReadOutcome} from '#lib/erp/connector.js'
import type {ReadSap} from './compare-states.js'

/** Lets one call through when the destination bears it, and learns from what it gave. */
export type Pass = (call: () => Promise<readonly ReadOutcome[]>) => Promise<readonly ReadOutcome[]>

/**
 * Reads documents by calls that are let through one by one, several at once;
 * undefined if the operation cannot be read.
 */
export function readInChunks(
  connector: Pick<ErpConnector, 'read' | 'readMany'>,
  {pass, atOnce}: {readonly pass: Pass; readonly atOnce: number},
  signal: AbortSignal,
): ReadSap | undefined {
  const {read, readMany} = connector
  const size = readMany === undefined ? 1 : chunkSize
  const call =
    readMany ??
    (read &&
      (async (documents: readonly ErpDocument[]) => Promise.all(documents.map(async (one) => read(one, signal)))))
  if (call === undefined) return undefined
  return async (documents) => {
    const outcomes: ReadOutcome[][] = []
    const starts = Array.from({length: Math.ceil(documents.length / size)}, (_, at) => at)
    const work = async (): Promise<void> => {
      for (let at = starts.shift(); at !== undefined; at = starts.shift()) {
        signal.throwIfAborted()
        const chunk = documents.slice(at * size, (at + 1) * size)
        outcomes[at] = [...(await pass(async () => call(chunk, signal)))]
      }
    }
    await Promise.all(Array.from({length: Math.min(atOnce, starts.length)}, work))
    return outcomes.flat()
  }
}

/** What goes into one call of OData: a permit is for one call. */
const chunkSize = 20
