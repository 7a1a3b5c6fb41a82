import {mkdtemp, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {roles, runWorker} from '#cli/run-worker.js'
import {allFlows, findFlow, loadConfig} from '#lib/config/load.js'
import {type Database, openDatabase} from '#lib/db/database.js'
import {migrateDatabase} from '#lib/db/migrate.js'
import {acceptDocuments, type Verdict} from '#lib/intake/accept.js'
import {type Admissible, openDoor} from '#lib/intake/door.js'
import {lanes} from '#lib/kernel/lane.js'
import type {Ordering} from '#lib/kernel/ordering.js'
import {type SandboxAdmin, sandboxAdmin} from '#lib/sandbox/erp/admin-client.js'
import {startSandboxErp} from '#lib/sandbox/erp/start-sandbox-erp.js'
import {configuredTopology} from '#lib/topology/configured.js'
import {declareTopology} from '#lib/topology/declare.js'
import {freshDatabase} from './fresh-database.js'
import {freshVhost} from './fresh-vhost.js'
import {recordingLog} from './recording-log.js'

/** One version of a business partner; its name in SAP is its version. */
export interface PartnerVersion {
  readonly partnerId: string
  readonly version: number
}

/** A flow of business partners whose order counts, from the door to the sandbox ERP. */
export interface OrderedFlow {
  readonly database: Database
  readonly admin: SandboxAdmin
  readonly accept: (versions: readonly PartnerVersion[]) => Promise<void>
  /** Has SAP brought back to these versions, as that resync does. */
  readonly resync: (resyncId: string, versions: readonly PartnerVersion[]) => Promise<readonly Verdict[]>
  readonly startWorker: () => {readonly stop: () => Promise<void>}
  readonly close: () => Promise<void>
}

export async function openOrderedFlow(order: Ordering): Promise<OrderedFlow> {
  const [fresh, vhost, erp, folder] = await Promise.all([
    freshDatabase(migrateDatabase),
    freshVhost(),
    startSandboxErp({host: '127.0.0.1', port: 0, ...account}),
    mkdtemp(join(tmpdir(), 'erpsync-ordered-')),
  ])
  await writeFile(join(folder, 'partner.schema.json'), JSON.stringify({type: 'object'}))
  await writeFile(join(folder, 'partner.jsonata'), mapping)
  await writeFile(
    join(folder, 'erpsync.yaml'),
    JSON.stringify({
      postgres: {url: fresh.url},
      rabbitmq: {urls: [vhost.url], prefix: 'test'},
      destinations: {sandbox: {kind: 'odata', baseUrl: erp.baseUrl, auth: {basic: account}, timeout: '5s'}},
      flows: {
        partner: {
          schema: 'partner.schema.json',
          key: 'partnerId',
          version: 'version',
          order,
          destination: 'sandbox',
          operation: {
            service: 'API_BUSINESS_PARTNER',
            entitySet: 'A_BusinessPartner',
            method: 'upsert',
            entityKey: ['BusinessPartner'],
            map: 'partner.jsonata',
            reference: 'BusinessPartner',
            result: 'BusinessPartner',
            probe: {settle: '300ms'},
          },
          retry: {delays: ['50ms', '200ms'], attempts: 20, maxAge: '1h'},
        },
      },
    }),
  )
  const config = await loadConfig(join(folder, 'erpsync.yaml'), {})
  await declareTopology(config.rabbitmq.urls, configuredTopology(config))
  const database = openDatabase(fresh.url)
  const door = await openDoor(findFlow(config, 'partner'))

  const admit = async (versions: readonly PartnerVersion[]): Promise<readonly Admissible[]> => {
    const checks = await Promise.all(versions.map(async (version) => door.check(version)))
    return checks.flatMap((check) => (check.kind === 'admissible' ? [check] : []))
  }

  return {
    database,
    admin: sandboxAdmin({url: erp.url, ...account}),
    accept: async (versions) => void (await acceptDocuments(database, door, await admit(versions))),
    resync: async (resyncId, versions) => {
      const admitted = await admit(versions)
      return acceptDocuments(
        database,
        {...door, intent: 'resync'},
        admitted.map((one) => ({...one, idempotencyKey: `${one.key}@resync:${resyncId}`})),
      )
    },
    startWorker: () => {
      const stopping = new AbortController()
      const settings = {flows: allFlows(config), lanes, roles, concurrency: 8}
      const ended = runWorker(config, settings, recordingLog(), stopping.signal)
      return {
        stop: async () => {
          stopping.abort()
          await ended
        },
      }
    },
    close: async () => {
      await database.close()
      await Promise.all([fresh.drop(), vhost.drop(), erp.close(), rm(folder, {recursive: true, force: true})])
    },
  }
}

const account = {user: 'ERPSYNC', password: 's3cret'}
const mapping = `{
  "BusinessPartner": partnerId, "BusinessPartnerCategory": "2", "OrganizationBPName1": $string(version)
}`
