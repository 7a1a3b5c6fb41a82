import type {Flow} from '#lib/config/load.js'
import type {Database} from '#lib/db/database.js'
import type {ErpConnector, ErpDocument, ProbeOutcome} from '#lib/erp/connector.js'
import {openConnector} from '#lib/erp/open-connector.js'
import {compileOperation} from '#lib/erp/operation.js'
import {type LookUpKey, lookUpKeyOf} from '#lib/erp/look-up-key.js'

/** What SAP was asked by: our reference, the key of an entity, or a message of the ledger. */
export interface LookedUp {
  readonly by: Exclude<LookUpKey['kind'], 'none'>
  /** The message whose document was asked for, where one was. */
  readonly messageId: string | null
  readonly outcome: ProbeOutcome
}

/** Why SAP cannot be asked by this reference alone. */
export interface Unaskable {
  readonly by: null
  readonly reason: string
}

/**
 * Asks SAP by hand what it knows of a reference. Where the look-up needs the
 * document, that of the message in the ledger is taken; the ledger is opened
 * only then.
 */
export async function lookUp(
  {flow, openLedger}: {readonly flow: Flow; readonly openLedger: () => Promise<Database>},
  reference: string,
  signal: AbortSignal,
): Promise<LookedUp | Unaskable> {
  const key = lookUpKeyOf(flow.operation, reference)
  switch (key.kind) {
    case 'none':
      return {by: null, reason: key.reason}
    case 'reference':
    case 'key':
      return {by: key.kind, messageId: null, outcome: await probe(flow, key.document, signal)}
    case 'message': {
      const message = await readNamed(await openLedger(), flow.name, reference)
      if (message === undefined) return {by: null, reason: notInLedger(flow.name, reference)}
      const mapped = await (await compileOperation(flow.operation)).apply(message.payload)
      const outcome: ProbeOutcome = mapped.ok
        ? await probe(flow, {reference: message.reference, body: mapped.body}, signal)
        : {kind: 'failed', failure: mapped.failure}
      return {by: key.kind, messageId: message.id, outcome}
    }
  }
}

async function probe(
  {name, destination, target, operation}: Flow,
  document: ErpDocument,
  signal: AbortSignal,
): Promise<ProbeOutcome> {
  const connector: ErpConnector = openConnector(destination, target, operation, name)
  try {
    const missing = await connector.prepare?.()
    if (missing !== undefined) return {kind: 'failed', failure: missing}
    return await connector.probe(document, signal)
  } finally {
    await connector.close()
  }
}

interface NamedMessage {
  readonly id: string
  readonly reference: string
  readonly payload: unknown
}

/**
 * The message of a flow that goes by this name in SAP or with its producer, else
 * the last one of the business key of that name. The indexes that find them
 * know no order; without the fence the whole flow would be read in order.
 */
async function readNamed(database: Database, flow: string, name: string): Promise<NamedMessage | undefined> {
  const {rows} = await database.query<NamedMessage & Record<string, unknown>>(
    `with named as materialized (
       select id, seq, coalesce(reference, idempotency_key) as reference, payload
         from erpsync.message
        where flow = $1
          and ((reference = $2 and repeated_by is null) or idempotency_key = $2 or business_key = $2)
     )
     select id, reference, payload
       from named
      order by reference = $2 desc, seq desc
      limit 1`,
    [flow, name],
  )
  return rows[0]
}

function notInLedger(flow: string, reference: string): string {
  return (
    `The look-up of ${flow} asks SAP with the document, and the ledger has no message of that flow with the reference, ` +
    `idempotency key or business key "${reference}".`
  )
}
