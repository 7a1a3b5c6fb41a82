import {z} from 'zod'
import {orderings} from '#lib/kernel/ordering.js'
import {csvInput} from './csv-input.js'
import {duration} from './duration.js'
import {jobs} from './jobs.js'
import {inbox} from './inboxes.js'
import {destinationSchema, markOperations, operationSchema} from './kinds.js'
import {resync} from './resync.js'
import {source} from './source.js'

const name = z
  .string()
  .regex(
    /^[a-z0-9][a-z0-9-]*$/,
    'a name holds lower-case letters, digits and hyphens (it becomes part of a queue name)',
  )

const delays = z.array(duration).min(1)
const attempts = z.number().int().min(1).max(1000)
const ladder = z.strictObject({delays: delays.optional(), attempts: attempts.optional()})

const retry = z.strictObject({
  delays: delays.prefault(['5s', '30s', '2m', '10m', '1h']),
  attempts: attempts.default(8),
  maxAge: duration.prefault('24h'),
  immediate: z
    .array(duration)
    .refine((waits) => waits.reduce((sum, ms) => sum + ms, 0) <= 1000, 'at most 1s in all')
    .prefault([])
    .describe('waits of further calls within one attempt, for locks and lost races'),
  byClass: z
    .strictObject({transient: ladder.optional(), conflict: ladder.optional()})
    .prefault({})
    .describe('other delays and attempts for a class of failures'),
})

const flow = z.strictObject({
  owner: z.string().min(1).optional().describe('who looks after this flow'),
  schema: z.string().min(1).describe('file with the JSON Schema of a message'),
  key: z.string().min(1).describe('JSONata: the business key of a message'),
  version: z.string().min(1).optional().describe("JSONata: the source's version of the key"),
  idempotencyKey: z.string().min(1).optional().describe('JSONata: the producer’s own key; default key + version'),
  order: z
    .enum(orderings)
    .default('none')
    .describe(
      'none: messages of one key are independent; latest: a newer version supersedes; strict: one after the other',
    ),
  destination: name,
  operation: operationSchema,
  retry: retry.prefault({}),
  csv: csvInput.optional().describe('how its CSV files are written, and what their columns become'),
  resync: resync.prefault({}),
  source: source.optional().describe('the query that `push --from-source` reads'),
})

const settings = z
  .strictObject({
    postgres: z.strictObject({url: z.string().min(1)}),
    rabbitmq: z.strictObject({
      urls: z.array(z.string().min(1)).min(1),
      managementUrl: z.string().min(1).optional(),
      prefix: z
        .string()
        .regex(/^[a-z0-9-]+$/, 'lower-case letters, digits and hyphens')
        .default('erpsync'),
    }),
    destinations: z.record(name, destinationSchema),
    flows: z.record(name, flow),
    jobs: jobs.prefault({}),
    inboxes: z.record(name, inbox).prefault({}),
    deadLetters: z
      .strictObject({
        rules: z.string().min(1).optional().describe('file with rules for groups of dead letters'),
      })
      .prefault({}),
  })
  .superRefine((config, context) => {
    for (const [flowName, {destination, operation, order}] of Object.entries(config.flows)) {
      if (operation.kind === 'idoc' && operation.probe.status === undefined && order !== 'none') {
        context.addIssue({
          code: 'custom',
          path: ['flows', flowName, 'operation', 'probe', 'status'],
          message: `SAP posts IDocs in any order: ${order} can be kept only where their status is read`,
        })
      }
      const target = Object.hasOwn(config.destinations, destination) ? config.destinations[destination] : undefined
      const batchSize = operation.kind === 'odata' ? (operation.batch?.size ?? 1) : 1
      if (target === undefined) {
        context.addIssue({
          code: 'custom',
          path: ['flows', flowName, 'destination'],
          message: `no destination is called "${destination}"`,
        })
      } else if (batchSize > target.limits.concurrency) {
        context.addIssue({
          code: 'custom',
          path: ['flows', flowName, 'operation', 'batch', 'size'],
          message: `each document of a batch takes a slot, and limits.concurrency of "${destination}" has ${target.limits.concurrency}`,
        })
      }
    }
  })

/** The configuration file, as validated. Durations come out in ms; every operation has its kind. */
export const configSchema = z.preprocess(markOperations, settings)

export type Settings = z.output<typeof configSchema>
export type DestinationSettings = Settings['destinations'][string]
/** What a connector needs to know: how to reach a destination, and how much it bears only if it holds connections. */
export type ConnectionSettings = WithoutCare<DestinationSettings>
type WithoutCare<Kind> = Kind extends {readonly kind: 'rfc'} ? Omit<Kind, 'breaker'> : Omit<Kind, 'limits' | 'breaker'>
export type LimitSettings = DestinationSettings['limits']
export type BreakerSettings = DestinationSettings['breaker']
export type InboxSettings = Settings['inboxes'][string]
export type FlowSettings = Settings['flows'][string]
export type OperationSettings = FlowSettings['operation']
export type BatchSettings = NonNullable<Extract<OperationSettings, {kind: 'odata'}>['batch']>
export type RetrySettings = FlowSettings['retry']
