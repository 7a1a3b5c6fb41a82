import {availableParallelism} from 'node:os'
import type {Flow} from '#lib/config/load.js'
import type {Door} from '#lib/intake/door.js'
import {type Check, checkDocuments} from './check-documents.js'
import type {CheckThread} from './check-thread.js'

/** Asks the door of a flow about documents, a batch at a time. */
export interface Checker {
  /** How many batches it works on at once. */
  readonly width: number
  /** What the door says, at the index of each document. */
  readonly check: (documents: readonly unknown[]) => Promise<readonly Check[]>
  readonly close: () => Promise<void>
}

/** Checks in this thread, one batch after the other. */
export function openChecker(door: Door): Checker {
  return {width: 1, check: async (documents) => checkDocuments(door, documents), close: async () => {}}
}

/**
 * Checks the first batch in this thread and the others in threads of their own,
 * since mappings are most of what a push computes. A small push starts none.
 */
export function openThreadedChecker(door: Door, flow: Flow): Checker {
  const width = Math.min(availableParallelism(), mostThreads)
  if (width === 1) return openChecker(door)
  let batches = 0
  let pool: Promise<Pool> | undefined
  return {
    width,
    check: async (documents) => {
      batches += 1
      if (batches === 1) return checkDocuments(door, documents)
      const text = JSON.stringify(documents)
      if (text.length > longestText) return checkDocuments(door, documents)
      pool ??= openPool(flow, width)
      const threads = await pool
      // A thread that cannot do its work takes no documents with it.
      return threads.check(text).catch(async () => checkDocuments(door, documents))
    },
    close: async () => (await pool)?.close(),
  }
}

interface Pool {
  readonly check: (text: string) => Promise<readonly Check[]>
  readonly close: () => Promise<void>
}

async function openPool(flow: Flow, threads: number): Promise<Pool> {
  const {default: Tinypool} = await import('tinypool')
  const workerData: CheckThread = {flow}
  const pool = new Tinypool({
    filename: new URL('check-thread.js', import.meta.url).href,
    minThreads: threads,
    maxThreads: threads,
    // Without, a thread keeps what it is done with until there is a lot of it. Far more than a batch needs: a thread that
    // runs out of memory may take the process with it.
    resourceLimits: {maxOldGenerationSizeMb: 128, maxYoungGenerationSizeMb: 24},
    workerData,
  })
  return {
    check: async (text) => {
      const checks: readonly Check[] = await pool.run(text, {name: 'checkText'})
      return checks.map((check) => (check.kind === 'refused' ? check : {...check, hash: asBuffer(check.hash)}))
    },
    close: async () => pool.destroy(),
  }
}

/** Between threads a buffer becomes bare bytes. */
function asBuffer({buffer, byteOffset, byteLength}: Uint8Array): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength)
}

/** More would wait for PostgreSQL, which writes what a push sends by one process. */
const mostThreads = 2
/** Characters; a thread has less memory than this one. */
const longestText = 2 * 1024 * 1024
