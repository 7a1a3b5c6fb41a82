import {mkdtemp, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {fileURLToPath} from 'node:url'
import {findFlow, type Flow, loadConfig} from '#lib/config/load.js'
import {source as sourceSettings} from '#lib/config/source.js'
import {openDoor} from '#lib/intake/door.js'
import {openChecker} from '#lib/intake/runs/checker.js'
import type {Reject} from '#lib/intake/runs/check-lines.js'
import type {PushEnd} from '#lib/intake/runs/push-lines.js'
import type {PushCounts, PushRun} from '#lib/intake/runs/push-run.js'
import {runSourcePush, type SourceRequest} from '#lib/intake/sources/push-source.js'
import {openSource} from '#lib/intake/sources/source.js'
import {openLedger, type TestLedger} from './ledger.js'
import {openShop, type Shop} from './shop.js'

export interface SourcePushed {
  readonly run: PushRun
  readonly end: PushEnd
  readonly counts: PushCounts
  readonly rejects: readonly Reject[]
  readonly notices: readonly string[]
  /** Documents that the door was asked about. */
  readonly checked: number
}

/** A shop, a ledger, and pushes from the one into the other. */
export interface SourceDesk {
  readonly ledger: TestLedger
  readonly shop: Shop
  readonly push: (
    options?: Partial<SourceRequest>,
    settings?: Readonly<Record<string, unknown>>,
    flow?: Flow,
  ) => Promise<SourcePushed>
  /** What was accepted, as `key@version`, in its order. */
  readonly accepted: () => Promise<readonly string[]>
  /** Writes a file with a query, and tells where it is. */
  readonly query: (sql: string) => Promise<string>
  readonly close: () => Promise<void>
}

export async function openSourceDesk(): Promise<SourceDesk> {
  const folder = await mkdtemp(join(tmpdir(), 'erpsync-source-'))
  const [ledger, shop] = [await openLedger(), await openShop()]
  const configured = findFlow(await loadConfig(`${examples}erpsync.yaml`, {}), 'sales-order')
  return {
    ledger,
    shop,
    push: async (options = {}, settings = {}, from = configured) => {
      const signal = options.signal ?? new AbortController().signal
      const flow = {...from, source: sourceSettings.parse(await shop.source(folder, settings))}
      const door = await openDoor(flow)
      const source = await openSource(flow, signal)
      const checker = openChecker(door)
      let checked = 0
      const rejects: Reject[] = []
      const notices: string[] = []
      try {
        const {run, end} = await runSourcePush(ledger.database, {
          door,
          checker: {
            ...checker,
            check: async (documents) => {
              checked += documents.length
              return checker.check(documents)
            },
          },
          source,
          reach: {kind: 'news'},
          rejectsFile: null,
          stopsAtReject: false,
          limit: null,
          ratePerS: null,
          startedBy: 'ada',
          host: 'test',
          signal,
          onRun: () => {},
          onProgress: () => {},
          onReject: (reject) => void rejects.push(reject),
          onNotice: (text) => void notices.push(text),
          ...options,
        })
        return {run, end, counts: run.counts, rejects, notices, checked}
      } finally {
        await source.close()
      }
    },
    accepted: async () => {
      const {rows} = await ledger.database.query<{key: string}>(
        `select business_key || coalesce('@' || version, '') as key from erpsync.message order by seq`,
      )
      return rows.map(({key}) => key)
    },
    query: async (sql) => {
      const path = join(folder, 'other.sql')
      await writeFile(path, sql)
      return path
    },
    close: async () => {
      await ledger.close()
      await shop.close()
      await rm(folder, {recursive: true})
    },
  }
}

const examples = fileURLToPath(new URL('../../examples/', import.meta.url))
