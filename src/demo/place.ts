import {join, resolve} from 'node:path'
import {fileURLToPath} from 'node:url'

/** Where a demo puts its things. */
export interface DemoPlace {
  readonly folder: string
  /** Of the sandbox alone, which wants nobody else's files in it. */
  readonly sandbox: string
  readonly config: string
  readonly workerLog: string
  readonly orders: string
  readonly rejectsOf: (flow: string) => string
}

export function demoPlace(dir: string): DemoPlace {
  const folder = resolve(dir)
  return {
    folder,
    sandbox: join(folder, 'sandbox'),
    config: join(folder, 'erpsync.yaml'),
    workerLog: join(folder, 'worker.log'),
    orders: join(folder, 'orders.ndjson'),
    rejectsOf: (flow) => join(folder, `${flow}.rejects.ndjson`),
  }
}

/** The examples that come with erpsync. */
export const examplesFolder = fileURLToPath(new URL('../../examples', import.meta.url))
