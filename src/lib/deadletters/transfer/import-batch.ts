import {createHash} from 'node:crypto'
import {againIfBrokenOff} from '#lib/db/again.js'
import type {Database, Transaction} from '#lib/db/database.js'
import type {GroupingRule} from '#lib/deadletters/grouping/rules.js'
import {insertLetters} from '#lib/deadletters/insert-letters.js'
import type {RefusedLetter} from '#lib/deadletters/repair/fix-letters.js'
import type {Doors} from '#lib/intake/open-doors.js'
import {lockKeys, supersedeOlder} from '#lib/ledger/keys.js'
import {lockMessages} from '#lib/ledger/lock.js'
import {admitCandidates} from './admit-candidates.js'
import type {LetterLine} from './format.js'
import {insertImported} from './insert-imported.js'
import {type Candidate, type Judgement, judgeLetter} from './judge-letter.js'

/** What letters are taken in with. */
export interface ImportParts {
  readonly database: Database
  readonly doors: Doors
  /** By which they are put into groups here. */
  readonly rules: readonly GroupingRule[]
}

/** What became of letters of a file. */
export interface BatchResult {
  readonly imported: number
  /** There already, or no work to be done. */
  readonly skipped: readonly RefusedLetter[]
  readonly refused: readonly RefusedLetter[]
}

/** Takes in what may enter, all in one transaction. */
export async function importBatch(
  {database, doors, rules}: ImportParts,
  lines: readonly LetterLine[],
): Promise<BatchResult> {
  const judged: Judgement[] = []
  // One after the other: mappings run on the event loop, each within a time limit of its own.
  for (const line of lines) judged.push(await judgeLetter(doors, line))
  return againIfBrokenOff(async () => database.transaction(async (tx) => writeBatch(tx, judged, rules)))
}

async function writeBatch(
  tx: Transaction,
  judged: readonly Judgement[],
  rules: readonly GroupingRule[],
): Promise<BatchResult> {
  const skipped: RefusedLetter[] = judged.flatMap((one) => (one.kind === 'skipped' ? [one] : [])).map(named)
  const refused: RefusedLetter[] = judged.flatMap((one) => (one.kind === 'refused' ? [one] : [])).map(named)
  const here = await findLetters(
    tx,
    judged.flatMap((one) => ('line' in one ? [one.line] : [])),
  )
  const isNew = ({letter}: LetterLine): boolean => {
    if (!here.has(letter.id) && !here.has(rawKey(letter))) return true
    skipped.push({letterId: letter.id, why: 'is here already'})
    return false
  }
  const raw = judged.flatMap((one) => (one.kind === 'raw' && isNew(one.line) ? [one.line] : []))
  const candidates = judged.flatMap((one) => (one.kind === 'candidate' && isNew(one.line) ? [one] : []))
  const keys = candidates.flatMap(({line, door}) =>
    door.ordering === 'none' ? [] : [{flow: door.flow, key: line.message.key}],
  )
  await lockKeys(tx, keys)
  const admitted: Candidate[] = []
  for (const [flow, ofFlow] of groupByFlow(candidates)) {
    const admissions = await admitCandidates(tx, flow, ofFlow)
    for (const [index, candidate] of ofFlow.entries()) {
      const admission = admissions[index]
      const letterId = candidate.line.letter.id
      if (admission?.kind === 'admitted') admitted.push(candidate)
      if (admission?.kind === 'skipped') skipped.push({letterId, why: admission.why})
      if (admission?.kind === 'refused') refused.push({letterId, why: admission.why})
    }
  }
  const written = await insertImported(tx, admitted)
  const late = admitted.filter(({line}) => !written.has(line.message.id)).map(({line}) => line.letter.id)
  skipped.push(...late.map((letterId) => ({letterId, why: 'its message has come in meanwhile'})))
  const lines = [...raw, ...admitted.flatMap(({line}) => (written.has(line.message.id) ? [line] : []))]
  await writeLetters(tx, lines, rules)
  await supersedeOlder(tx, keys)
  return {imported: lines.length, skipped, refused}
}

async function writeLetters(
  tx: Transaction,
  lines: readonly LetterLine[],
  rules: readonly GroupingRule[],
): Promise<void> {
  await lockMessages(
    tx,
    lines.map(({message}) => message?.id ?? null),
  )
  await insertLetters(tx, lines.map(toNewLetter), rules)
  await tx.query(
    `update erpsync.dead_letter l
        set tags = array(select jsonb_array_elements_text(new.tags))
       from jsonb_to_recordset($1::jsonb) as new (id uuid, tags jsonb)
      where l.id = new.id
        and new.tags <> '[]'`,
    [JSON.stringify(lines.map(({letter: {id, tags}}) => ({id, tags})))],
  )
}

function toNewLetter({letter, message}: LetterLine) {
  const raw = Buffer.from(letter.raw ?? '', 'base64')
  return {
    id: letter.id,
    flow: letter.flow,
    messageId: message?.id ?? null,
    attempt: letter.attempt,
    class: letter.class,
    executed: letter.executed,
    code: letter.code,
    text: letter.text,
    stage: letter.stage,
    headers: letter.headers,
    raw,
    rawHash: hashOf(raw),
    diedAt: new Date(letter.diedAt),
  }
}

/** Which of these letters are here, by their ids, or, if they never became messages, by what is in them. */
async function findLetters(tx: Transaction, lines: readonly LetterLine[]): Promise<ReadonlySet<string>> {
  const {rows} = await tx.query<{id: string; flow: string; raw_hash: Buffer | null}>(
    `select id, flow, raw_hash
       from erpsync.dead_letter
      where id = any ($1::uuid[])
         or (flow, raw_hash) in (select * from unnest($2::text[], $3::bytea[]))`,
    [
      lines.map(({letter}) => letter.id),
      lines.map(({letter}) => letter.flow),
      lines.map(({letter}) => (letter.raw === null ? null : hashOf(Buffer.from(letter.raw, 'base64')))),
    ],
  )
  return new Set(
    rows.flatMap(({id, flow, raw_hash}) => [id, ...(raw_hash === null ? [] : [`${flow} ${raw_hash.toString('hex')}`])]),
  )
}

function rawKey({flow, raw}: LetterLine['letter']): string {
  return raw === null ? '' : `${flow} ${hashOf(Buffer.from(raw, 'base64')).toString('hex')}`
}

function hashOf(raw: Buffer): Buffer {
  return createHash('sha256').update(raw).digest()
}

function named({letterId, why}: RefusedLetter): RefusedLetter {
  return {letterId, why}
}

function groupByFlow(candidates: readonly Candidate[]): ReadonlyMap<string, readonly Candidate[]> {
  const flows = new Map<string, Candidate[]>()
  for (const candidate of candidates) {
    const flow = candidate.line.letter.flow
    flows.set(flow, [...(flows.get(flow) ?? []), candidate])
  }
  return flows
}
