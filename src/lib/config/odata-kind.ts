import {resolve} from 'node:path'
import {z} from 'zod'
import {care} from './care.js'
import {duration} from './duration.js'
import {httpAccess} from './http-access.js'
import {messageRulings} from './message-rulings.js'

export const odataDestination = z.strictObject({
  kind: z.literal('odata'),
  baseUrl: z.string().min(1).describe('up to and without the service, e.g. https://host/sap/opu/odata/sap'),
  ...httpAccess,
  ...care,
})

const itemKey = z.strictObject({
  key: z.string().min(1).describe('property that tells the entities of one parent apart, e.g. SalesOrderItem'),
  entitySet: z.string().min(1).describe('where they are changed and deleted, e.g. A_SalesOrderItem'),
})

export const odataOperation = z
  .strictObject({
    kind: z.literal('odata'),
    protocol: z.enum(['v2', 'v4']).default('v2'),
    service: z.string().min(1).describe('e.g. API_SALES_ORDER_SRV'),
    entitySet: z.string().min(1).describe('e.g. A_SalesOrder'),
    method: z.enum(['create', 'update', 'upsert']),
    entityKey: z.array(z.string().min(1)).min(1).optional().describe('key properties; needed by update and upsert'),
    map: z.string().min(1).describe('file with a JSONata expression: message -> body'),
    reference: z.string().min(1).describe('property that carries our reference into SAP'),
    result: z.string().min(1).describe('property that holds the document number in the answer'),
    items: z
      .record(z.string().min(1), z.union([z.string().min(1), itemKey]))
      .optional()
      .describe('by navigation property of the body, the property that tells its entities apart; for amending them'),
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
    messages: messageRulings,
  })
  .refine(({method, entityKey}) => method === 'create' || entityKey !== undefined, {
    path: ['entityKey'],
    message: 'update and upsert need the key properties of the entity, e.g. [BusinessPartner]',
  })
  .refine(({method, batch}) => method === 'create' || batch === undefined, {
    path: ['batch'],
    message: 'only create can be sent in batches: update and upsert read each entity before they write it',
  })

export type ODataOperation = z.output<typeof odataOperation>

/** The operation with absolute paths of its files. */
export function locateODataFiles(operation: ODataOperation, folder: string): ODataOperation {
  return {...operation, map: resolve(folder, operation.map)}
}
