import {resolve} from 'node:path'
import {z} from 'zod'
import {care} from './care.js'
import {duration} from './duration.js'
import {messageRulings} from './message-rulings.js'
import {rfcProbe} from './rfc-probe.js'

/** YAML reads 00 as the number 0; SAP's parameters are texts. */
const parameter = z
  .string({error: ({input}) => (input === undefined ? undefined : 'expected a text; write it in quotes, e.g. "00"')})
  .min(1)
const optional = parameter.optional()

/** The names of SAP's library, which checks none of them: an unknown one would be ignored in silence. */
const connection = z
  .strictObject({
    ashost: optional.describe('application server'),
    sysnr: optional.describe('its instance number, e.g. "00"'),
    mshost: optional.describe('message server, for load balancing'),
    msserv: optional.describe('its service or port'),
    r3name: optional.describe('system id, with mshost'),
    group: optional.describe('logon group, with mshost'),
    wshost: optional.describe('host for RFC over WebSocket'),
    wsport: optional.describe('its port'),
    gwhost: optional.describe('gateway, if not that of the application server'),
    gwserv: optional.describe('its service or port'),
    saprouter: optional.describe('route string'),
    client: parameter.regex(/^\d{3}$/, 'three digits, e.g. "100"'),
    user: optional.describe('technical user in SAP'),
    passwd: optional.describe('its password'),
    lang: z.string().length(2).default('EN'),
    x509cert: optional.describe('certificate in place of a password'),
    mysapsso2: optional.describe('logon ticket in place of a password'),
    snc_mode: optional.describe('"1" for SNC'),
    snc_lib: optional.describe('library for SNC'),
    snc_qop: optional.describe('quality of protection'),
    snc_myname: optional.describe('our SNC name'),
    snc_partnername: optional.describe("SAP's SNC name"),
    snc_sso: optional.describe('"0" for SNC with user and password'),
    tls_sapcrypto: optional.describe('library for TLS, with wshost'),
    tls_client_pse: optional.describe('file with our keys, with wshost'),
    tls_client_certificate_logon: optional.describe('"1" to log on by certificate, with wshost'),
  })
  .refine(
    ({ashost, sysnr, mshost, r3name, wshost, wsport}) =>
      (ashost !== undefined && sysnr !== undefined) ||
      (mshost !== undefined && r3name !== undefined) ||
      (wshost !== undefined && wsport !== undefined),
    'expected ashost and sysnr, or mshost and r3name, or wshost and wsport',
  )

const functionPattern = z
  .string()
  .regex(/^[A-Z0-9_/*]+$/i, 'the name of a function, in which * stands for any characters')

const byHand = z
  .strictObject({
    read: z.array(functionPattern).optional().describe('functions that change nothing, beside those that are known'),
    write: z.array(functionPattern).optional().describe('functions that may be called with a COMMIT after them'),
  })
  .optional()
  .describe('what erpsync erp call may call')

export const rfcDestination = z.strictObject({
  kind: z.literal('rfc'),
  connection,
  sdk: z
    .strictObject({
      library: z
        .string()
        .min(1)
        .optional()
        .describe("folder with SAP's libsapnwrfc.so; default: as the system finds it"),
      module: z.string().min(1).optional().describe('folder whose node_modules has node-rfc; default: that of erpsync'),
    })
    .prefault({}),
  timeout: duration.prefault('60s').describe('deadline of one call'),
  byHand,
  ...care,
})

const step = z.strictObject({
  function: z.string().min(1).describe('e.g. BAPI_SALESORDER_CREATEFROMDAT2'),
  parameters: z.string().min(1).describe('file with a JSONata expression: message -> parameters of the function'),
  return: z
    .string()
    .min(1)
    .optional()
    .describe("parameter with SAP's messages; default: RETURN, and all of a BAPIRET type"),
  result: z.string().min(1).optional().describe('parameter that holds the document number, e.g. SALESDOCUMENT'),
})

export const rfcOperation = z
  .strictObject({
    kind: z.literal('rfc'),
    steps: z.array(step).min(1).describe('functions called one after the other, as one unit of work'),
    commit: z
      .enum(['explicit', 'internal', 'none'])
      .describe(
        'explicit: by BAPI_TRANSACTION_COMMIT; internal: the function commits itself; none: it needs no commit',
      ),
    method: z
      .enum(['create', 'change'])
      .describe('create: each message makes a document; change: each message is a state of one object'),
    reference: z
      .string()
      .min(1)
      .optional()
      .describe('where in the parameters of the first step our reference stands, e.g. ORDER_HEADER_IN.PURCH_NO_C'),
    probe: rfcProbe,
    messages: messageRulings,
  })
  .refine(({steps, commit}) => commit === 'explicit' || steps.length === 1, {
    path: ['commit'],
    message: 'several steps are one unit of work only with an explicit commit',
  })
  .refine(({method, reference}) => method === 'change' || reference !== undefined, {
    path: ['reference'],
    message: 'create needs to know where our reference stands, e.g. ORDER_HEADER_IN.PURCH_NO_C',
  })
  .refine(({method, probe}) => method === 'create' || probe.kind === 'function', {
    path: ['probe'],
    message: 'whether SAP holds a state only a function can tell: expected function, parameters and found',
  })

export type RfcDestination = z.output<typeof rfcDestination>
export type RfcOperation = z.output<typeof rfcOperation>

/** The operation with absolute paths of its files. */
export function locateRfcFiles(operation: RfcOperation, folder: string): RfcOperation {
  const {steps, probe} = operation
  return {
    ...operation,
    steps: steps.map((one) => ({...one, parameters: resolve(folder, one.parameters)})),
    probe: probe.kind === 'function' ? {...probe, parameters: resolve(folder, probe.parameters)} : probe,
  }
}

/** The destination with absolute paths of its folders. */
export function locateSdk(destination: RfcDestination, folder: string): RfcDestination {
  const {library, module} = destination.sdk
  const sdk = {
    ...(library === undefined ? {} : {library: resolve(folder, library)}),
    ...(module === undefined ? {} : {module: resolve(folder, module)}),
  }
  return {...destination, sdk}
}
