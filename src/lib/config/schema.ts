import {z} from 'zod'
import {orderings} from '#lib/kernel/ordering.js'
import {closedWindow} from './closed-window.js'
import {duration} from './duration.js'

const name = z
  .string()
  .regex(
    /^[a-z0-9][a-z0-9-]*$/,
    'a name holds lower-case letters, digits and hyphens (it becomes part of a queue name)',
  )

const basicAuth = z.strictObject({user: z.string().min(1), password: z.string().min(1)})

const limits = z.strictObject({
  concurrency: z.number().int().min(1).max(1000).default(8).describe('calls at once, of all workers together'),
  perSecond: z.number().positive().max(10_000).optional().describe('calls a second, of all workers together'),
  closed: z.array(closedWindow).default([]).describe('when not to call, e.g. Sun 02:00-04:00 Europe/Berlin'),
  adaptive: z
    .strictObject({floor: z.number().int().min(1).max(1000), ceiling: z.number().int().min(1).max(1000)})
    .refine(({floor, ceiling}) => floor <= ceiling, {path: ['floor'], message: 'the floor is above the ceiling'})
    .optional()
    .describe('lets the concurrency follow the latency, between these'),
})

const breaker = z.strictObject({
  failures: z
    .number()
    .int()
    .min(1)
    .max(1000)
    .default(5)
    .describe('in a row, after which the destination counts as away'),
  within: duration.prefault('1m').describe('a failure longer than this after the one before starts a new count'),
  probeEvery: duration.prefault('30s').describe('how often one message tries whether the destination is back'),
})

const odataDestination = z.strictObject({
  kind: z.literal('odata'),
  baseUrl: z.string().min(1).describe('up to and without the service, e.g. https://host/sap/opu/odata/sap'),
  auth: z.strictObject({basic: basicAuth}).optional(),
  sapClient: z
    .string()
    .regex(/^\d{3}$/, 'three digits, e.g. "100"')
    .optional(),
  language: z.string().length(2).default('EN'),
  timeout: duration.prefault('60s').describe('deadline of one call'),
  limits: limits.prefault({}),
  breaker: breaker.prefault({}),
})

/** Answers everything at once and keeps nothing: for measuring erpsync itself. */
const nullDestination = z.strictObject({
  kind: z.literal('null'),
  latency: duration.prefault('0ms').describe('how long every call takes'),
  timeout: duration.prefault('60s').describe('deadline of one call'),
  limits: limits.prefault({}),
  breaker: breaker.prefault({}),
})

const operation = z.strictObject({
  protocol: z.enum(['v2', 'v4']).default('v2'),
  service: z.string().min(1).describe('e.g. API_SALES_ORDER_SRV'),
  entitySet: z.string().min(1).describe('e.g. A_SalesOrder'),
  method: z.enum(['create', 'update', 'upsert']),
  entityKey: z.array(z.string().min(1)).min(1).optional().describe('key properties; needed by update and upsert'),
  map: z.string().min(1).describe('file with a JSONata expression: message -> body'),
  reference: z.string().min(1).describe('property that carries our reference into SAP'),
  result: z.string().min(1).describe('property that holds the document number in the answer'),
  probe: z
    .strictObject({settle: duration.prefault('30s').describe('a look-up that finds nothing counts only after this')})
    .prefault({}),
  batch: z
    .strictObject({
      size: z.number().int().min(1).max(100).describe('documents in one call at most'),
      within: duration.prefault('20ms').describe('how long a document waits for others at most'),
    })
    .optional()
    .describe('sends many documents by one call, as one $batch with a change set for each'),
})

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

const flow = z
  .strictObject({
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
    operation,
    retry: retry.prefault({}),
  })
  .refine(({operation: {method, entityKey}}) => method === 'create' || entityKey !== undefined, {
    path: ['operation', 'entityKey'],
    message: 'update and upsert need the key properties of the entity, e.g. [BusinessPartner]',
  })
  .refine(({operation: {method, batch}}) => method === 'create' || batch === undefined, {
    path: ['operation', 'batch'],
    message: 'only create can be sent in batches: update and upsert read each entity before they write it',
  })

/** The configuration file, as validated. Durations come out in ms. */
export const configSchema = z
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
    destinations: z.record(name, z.discriminatedUnion('kind', [odataDestination, nullDestination])),
    flows: z.record(name, flow),
  })
  .superRefine((config, context) => {
    for (const [flowName, {destination, operation: called}] of Object.entries(config.flows)) {
      const target = Object.hasOwn(config.destinations, destination) ? config.destinations[destination] : undefined
      if (target === undefined) {
        context.addIssue({
          code: 'custom',
          path: ['flows', flowName, 'destination'],
          message: `no destination is called "${destination}"`,
        })
      } else if (called.batch !== undefined && called.batch.size > target.limits.concurrency) {
        context.addIssue({
          code: 'custom',
          path: ['flows', flowName, 'operation', 'batch', 'size'],
          message: `each document of a batch takes a slot, and limits.concurrency of "${destination}" has ${target.limits.concurrency}`,
        })
      }
    }
  })

export type Settings = z.output<typeof configSchema>
export type DestinationSettings = Settings['destinations'][string]
/** What a connector needs to know: how to reach a destination, not how much it bears. */
export type ConnectionSettings = WithoutCare<DestinationSettings>
type WithoutCare<Kind> = Kind extends unknown ? Omit<Kind, 'limits' | 'breaker'> : never
export type LimitSettings = DestinationSettings['limits']
export type BreakerSettings = DestinationSettings['breaker']
export type FlowSettings = Settings['flows'][string]
export type OperationSettings = FlowSettings['operation']
export type BatchSettings = NonNullable<OperationSettings['batch']>
export type RetrySettings = FlowSettings['retry']
