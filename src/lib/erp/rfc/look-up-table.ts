import {z} from 'zod'
import type {RfcProbe} from '#lib/config/rfc-probe.js'
import type {ErpDocument, ProbeOutcome} from '#lib/erp/connector.js'
import {cutText} from '#lib/erp/cut.js'
import type {Failure} from '#lib/kernel/failure.js'
import {chosenReference, readBody} from './body.js'
import {foundOf, readOnce} from './read-once.js'
import type {Target} from './target.js'

type TableProbe = Extract<RfcProbe, {kind: 'table'}>

/** Looks for our reference in a field of one of SAP's tables. */
export async function lookUpInTable(
  target: Target,
  {table, field, result}: TableProbe,
  document: ErpDocument,
  signal: AbortSignal,
): Promise<ProbeOutcome> {
  const reference = chosenReference(target.operation, readBody(document.body)) ?? document.reference
  const condition = `${field} EQ '${reference.replaceAll("'", "''")}'`
  // A condition of several lines must not be broken within a literal.
  if (condition.length > longestLine) return failed(unfit(`the reference ${reference} is too long to be asked for`))
  const read = await readOnce(
    target,
    readTable,
    {
      QUERY_TABLE: table,
      ROWCOUNT: mostHits,
      OPTIONS: [{TEXT: condition}],
      FIELDS: [{FIELDNAME: result}, {FIELDNAME: field}],
    },
    signal,
  )
  if (!read.ok) return failed(read.failure)

  const answer = tableAnswer.safeParse(read.answer).data
  const [number, held] = answer?.FIELDS ?? []
  // What cannot be read must not count as "not found": that would send the document a second time.
  if (answer === undefined || number === undefined || held === undefined) return failed(unreadable)
  if (reference.length > held.LENGTH) {
    return failed(unfit(`${table}-${field} holds ${held.LENGTH} characters, too few for the reference ${reference}`))
  }
  const start = number.OFFSET
  return foundOf(answer.DATA.map(({WA}) => WA.slice(start, start + number.LENGTH).trim()))
}

/** By this reference nobody can ever be told what became of the call. */
function unfit(text: string): Failure {
  return {class: 'in_doubt', executed: 'unknown', code: 'rfc:reference_too_long', text: cutText(text), stage: 'probe'}
}

function failed(failure: Failure): ProbeOutcome {
  return {kind: 'failed', failure}
}

const readTable = 'RFC_READ_TABLE'
const longestLine = 72
const mostHits = 10

const tableAnswer = z.object({
  FIELDS: z.array(z.object({OFFSET: z.coerce.number(), LENGTH: z.coerce.number()})),
  DATA: z.array(z.object({WA: z.string()})),
})

const unreadable: Failure = {
  class: 'transient',
  executed: 'no',
  code: 'rfc:unreadable',
  text: `${readTable}: the answer is not that of a table`,
  stage: 'probe',
}
