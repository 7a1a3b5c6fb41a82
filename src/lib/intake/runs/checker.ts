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
 * Checks the first batch in this thread and then in two at once, since mappings
 * are most of what a push computes: another thread has always two batches before
 * it, and what is beyond is checked here. A small push starts none.
 */
export function openThreadedChecker(door: Door, flow: Flow): Checker {
  if (availableParallelism() === 1) return openChecker(door)
  let batches = 0
  let handed = 0
  let thread: Promise<Thread> | undefined
  let here: Promise<unknown> = Promise.resolve()
  // One batch after the other: the time limit of a mapping counts while others run.
  const checkHere = async (documents: readonly unknown[]): Promise<readonly Check[]> => {
    const checks = here.then(async () => checkDocuments(door, documents))
    here = checks.catch(() => {})
    return checks
  }
  const checkThere = async (text: string, documents: readonly unknown[]): Promise<readonly Check[]> => {
    handed += 1
    try {
      thread ??= openThread(flow)
      return await (await thread).check(text)
    } catch {
      // A thread that cannot do its work takes no documents with it.
      return await checkHere(documents)
    } finally {
      handed -= 1
    }
  }
  return {
    width: queued + 1,
    check: async (documents) => {
      batches += 1
      if (batches === 1 || handed === queued) return checkHere(documents)
      const text = JSON.stringify(documents)
      return text.length > longestText ? checkHere(documents) : checkThere(text, documents)
    },
    close: async () => (await thread?.catch(() => undefined))?.close(),
  }
}

interface Thread {
  readonly check: (text: string) => Promise<readonly Check[]>
  readonly close: () => Promise<void>
}

async function openThread(flow: Flow): Promise<Thread> {
  const {default: Tinypool} = await import('tinypool')
  const workerData: CheckThread = {flow}
  const pool = new Tinypool({
    filename: new URL('check-thread.js', import.meta.url).href,
    minThreads: 1,
    maxThreads: 1,
    // Without, a thread keeps what it is done with until there is a lot of it. Far more than a batch needs: a thread that
    // runs out of memory may take the process with it.
    resourceLimits: {maxOldGenerationSizeMb: 128, maxYoungGenerationSizeMb: 24},
    workerData,
  })
  // A thread that fails while it has nothing to do ends no push.
  pool.on('error', () => {})
  return {
    check: async (text) => {
      const checks: readonly Check[] = await pool.run(text, {name: 'checkText'})
      return checks
    },
    close: async () => pool.destroy(),
  }
}

/** Batches that the other thread has before it: one it works on, one to go on with. */
const queued = 2
/** Characters; a thread has less memory than this one. */
const longestText = 2 * 1024 * 1024
