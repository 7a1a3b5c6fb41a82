import {resolve} from 'node:path'
import {z} from 'zod'
import {care} from './care.js'
import {duration} from './duration.js'
import {httpAccess} from './http-access.js'
import {messageRulings} from './message-rulings.js'

const field = (length: number) => z.string().min(1).max(length).optional()
const property = z.string().regex(/^\w+$/, 'the name of a property')

/** Fields of the control record that say who sends to whom, and in which variant. SAP finds the partner profile by them. */
export const controlFields = z
  .strictObject({
    MESCOD: field(3).describe('variant of the message'),
    MESFCT: field(3).describe('function of the message'),
    SNDPOR: field(10).describe('port of the sender'),
    SNDPRT: field(2).describe('partner type of the sender, e.g. LS'),
    SNDPFC: field(2).describe('partner function of the sender'),
    SNDPRN: field(10).describe('partner number of the sender'),
    RCVPOR: field(10).describe('port of the receiver'),
    RCVPRT: field(2).describe('partner type of the receiver, e.g. LS'),
    RCVPFC: field(2).describe('partner function of the receiver'),
    RCVPRN: field(10).describe('partner number of the receiver'),
  })
  .prefault({})

export const idocDestination = z.strictObject({
  kind: z.literal('idoc'),
  baseUrl: z.string().min(1).describe('up to and without the path, e.g. https://host:44300'),
  path: z
    .string()
    .regex(/^\/[^?#]*$/, 'a path that begins with /')
    .default('/sap/bc/srt/idoc')
    .describe('where SAP takes IDocs by SOAP'),
  control: controlFields.describe('fields of the control record for all flows'),
  ...httpAccess,
  ...care,
})

const status = z.strictObject({
  protocol: z.enum(['v2', 'v4']).default('v2'),
  service: z.string().min(1).describe('path of an OData service on the same host, e.g. /sap/opu/odata/sap/ZIDOC_SRV'),
  entitySet: property.describe('a view over EDIDC and EDIDS'),
  arckey: property.default('ARCKEY').describe('property with the message id'),
  docnum: property.default('DOCNUM').describe('property with the number of the IDoc'),
  status: property.default('STATUS').describe('property with the latest status'),
  text: property.optional().describe('property with the text of that status'),
  messageClass: property.optional().describe('property with the class of its message'),
  messageNumber: property.optional().describe('property with the number of its message'),
  document: property.optional().describe('property with the number of the document that was posted'),
})

export const idocOperation = z.strictObject({
  kind: z.literal('idoc'),
  idocType: z.string().min(1).max(30).describe('basic type, e.g. ORDERS05'),
  extension: z.string().min(1).max(30).optional().describe('extension of the basic type'),
  messageType: z.string().min(1).max(30).describe('e.g. ORDERS'),
  map: z.string().min(1).describe('file with a JSONata expression: message -> segments'),
  reference: z
    .string()
    .regex(/^\w+(\.\w+)+$/, 'segments and a field, e.g. E1EDK02.BELNR')
    .optional()
    .describe('where our reference stands in the IDoc, e.g. E1EDK02.BELNR'),
  control: controlFields.describe('fields of the control record, put over those of the destination'),
  probe: z
    .strictObject({
      settle: duration.prefault('30s').describe('how long after a call its IDoc is asked for'),
      status: status.optional().describe('where the status of an IDoc is read; without it, accepted counts as done'),
    })
    .prefault({}),
  messages: messageRulings,
})

export type IdocDestination = z.output<typeof idocDestination>
export type IdocOperation = z.output<typeof idocOperation>
export type ControlFields = z.output<typeof controlFields>
export type StatusSettings = z.output<typeof status>

/** The operation with absolute paths of its files. */
export function locateIdocFiles(operation: IdocOperation, folder: string): IdocOperation {
  return {...operation, map: resolve(folder, operation.map)}
}
