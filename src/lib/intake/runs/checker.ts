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
 * are most of what a push computes. Who is free takes the next batch; the other
 * thread has always one more before it, so that it never waits for this one. A
 * small push starts none.
 */
export function openThreadedChecker(door: Door, flow: Flow): Checker {
  if (availableParallelism() === 1) return openChecker(door)
  const waiting: Waiting[] = []
  let isFirst = true
  let isClosed = false
  let isBusyHere = false
  let handed = 0
  let thread: Promise<Thread> | undefined
  let here: Promise<unknown> = Promise.resolve()

  // One batch after the other: the time limit of a mapping counts while others run.
  const checkHere = async (documents: readonly unknown[]): Promise<readonly Check[]> => {
    const checks = here.then(async () => checkDocuments(door, documents))
    here = checks.catch(() => {})
    return checks
  }
  const checkThere = async (documents: readonly unknown[]): Promise<readonly Check[]> => {
    const text = JSON.stringify(documents)
    if (text.length > longestText) return checkHere(documents)
    try {
      thread ??= openThread(flow)
      return await (await thread).check(text)
    } catch (error) {
      if (isClosed) throw error
      // A thread that cannot do its work takes no documents with it.
      return await checkHere(documents)
    }
  }
  const takeThere = async ({documents, tell}: Waiting): Promise<void> => {
    handed += 1
    await tell(checkThere(documents))
    handed -= 1
    dispatch()
  }
  const takeHere = async ({documents, tell}: Waiting): Promise<void> => {
    isBusyHere = true
    await tell(checkHere(documents))
    isBusyHere = false
    dispatch()
  }
  const dispatch = (): void => {
    for (;;) {
      const goesThere = !isFirst && handed < queued
      const next = goesThere || !isBusyHere ? waiting.shift() : undefined
      if (next === undefined) return
      isFirst = false
      void (goesThere ? takeThere(next) : takeHere(next))
    }
  }
  return {
    width: queued + 2,
    check: async (documents) =>
      new Promise((resolve, reject) => {
        waiting.push({documents, tell: async (checks) => checks.then(resolve, reject)})
        dispatch()
      }),
    close: async () => {
      isClosed = true
      // Nobody waits for them any more.
      waiting.length = 0
      await (await thread?.catch(() => undefined))?.close()
    },
  }
}

/** A batch that nobody has taken yet. */
interface Waiting {
  readonly documents: readonly unknown[]
  readonly tell: (checks: Promise<readonly Check[]>) => Promise<void>
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
