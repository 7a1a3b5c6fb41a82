import type {Flow} from '#lib/config/load.js'
import type {Queryable} from '#lib/db/database.js'
import type {ErpDocument, ReadOutcome} from '#lib/erp/connector.js'
import type {Mapping} from '#lib/erp/mapping.js'
import {mappedReference} from '#lib/erp/operation.js'
import type {Failure} from '#lib/kernel/failure.js'
import type {PersonalFields} from '#lib/kernel/personal-fields.js'
import {type KeyState, readOlderStates, readOpenMessages} from '#lib/ledger/key-states.js'
import {type Body, type BodyDifference, compareBodies, type Comparing} from './compare-bodies.js'
import {blankEntry, type Entry} from './entry.js'
import {pathText} from './field-filter.js'
import {type BodyMask, bodyMaskOf, noMask} from './mask-differences.js'
import {obstacleEntry} from './obstacle-entry.js'

/** Reads documents of SAP, an outcome at the index of each. It keeps to what the destination bears. */
export type ReadSap = (documents: readonly ErpDocument[]) => Promise<readonly ReadOutcome[]>

/** What it takes to compare keys of one flow. */
export interface Desk {
  readonly database: Queryable
  readonly flow: Flow
  readonly mapping: Mapping
  readonly comparing: Comparing
  readonly readSap: ReadSap
  /** Undefined to show personal data as it is. */
  readonly personal: PersonalFields | undefined
}

/** Compares what these keys should be in SAP with what they are: an entry for each, in their order. */
export async function compareStates(desk: Desk, states: readonly KeyState[]): Promise<readonly Entry[]> {
  const {database, flow} = desk
  const keys = states.map(({key}) => key)
  const open = await readOpenMessages(database, flow.name, keys)
  const cases: Case[] = []
  // One after the other: a mapping's time limit counts while others run.
  for (const state of states) {
    const obstacle = obstacleEntry(
      state,
      open.filter(({key}) => key === state.key),
    )
    cases.push(obstacle === undefined ? await mapState(desk, state) : {kind: 'decided', entry: obstacle})
  }
  const asked = cases.flatMap((one) => (one.kind === 'mapped' ? [one] : []))
  const outcomes = await desk.readSap(asked.map(({document}) => document))
  const answers = new Map(asked.map((one, at) => [one, outcomes[at]]))
  const entries: Entry[] = []
  for (const one of cases) entries.push(one.kind === 'decided' ? one.entry : await judge(desk, one, answers.get(one)))
  return entries
}

/** SAP's body of a state, and what SAP is asked for. */
export async function mapState({flow, mapping}: Pick<Desk, 'flow' | 'mapping'>, state: KeyState): Promise<Case> {
  const mapped = await mapping.apply(state.payload)
  if (!mapped.ok) return {kind: 'decided', entry: unreadable(state, mapped.failure)}
  const reference = state.reference ?? mappedReference(flow.operation, mapped.body) ?? state.key
  return {kind: 'mapped', state, document: {reference, body: mapped.body}}
}

export type Case =
  | {readonly kind: 'mapped'; readonly state: KeyState; readonly document: ErpDocument}
  | {readonly kind: 'decided'; readonly entry: Entry}

type Mapped = Extract<Case, {kind: 'mapped'}>

async function judge(desk: Desk, one: Mapped, outcome: ReadOutcome | undefined): Promise<Entry> {
  const {state, document} = one
  const base = {...factsOf(state), reference: document.reference}
  switch (outcome?.kind) {
    case 'absent':
      return {...base, class: 'missing'}
    case 'found':
      return {...base, documentNumber: outcome.documentNumber, ...(await judgeFound(desk, one, outcome.body))}
    case 'several':
      return {
        ...base,
        class: 'unreadable',
        failure: {
          class: 'permanent',
          code: 'read:several',
          text: `SAP has several: ${outcome.documentNumbers.join(', ')}`,
        },
        next: 'Have all but one of them cancelled in SAP, then plan again.',
      }
    case 'failed': {
      const mask = await maskOf(desk, one)
      return {...unreadable(state, outcome.failure, mask), reference: document.reference}
    }
    case undefined:
      throw new Error('a document was not read')
  }
}

async function judgeFound(
  desk: Desk,
  one: Mapped,
  held: Body,
): Promise<Pick<Entry, 'class' | 'differences' | 'holds'>> {
  const differences = compareBodies(one.document.body, held, desk.comparing)
  if (differences.length === 0) return {class: 'equal', differences: [], holds: null}
  const holds = await findHeld(desk, one.state, held)
  const mask = await maskOf(desk, one)
  return {
    class: holds === null ? 'mismatch' : 'stale',
    differences: mask.differences(differences).map(toDifference),
    holds,
  }
}

/** The older state of ours that SAP still holds. */
async function findHeld({database, flow, mapping, comparing}: Desk, state: KeyState, held: Body) {
  for (const older of await readOlderStates(database, flow.name, state, mostOlder)) {
    const mapped = await mapping.apply(older.payload)
    if (mapped.ok && compareBodies(mapped.body, held, comparing).length === 0)
      return {message: older.messageId, version: older.version}
  }
  return null
}

async function maskOf({personal, mapping}: Desk, {state, document}: Mapped): Promise<BodyMask> {
  return personal === undefined ? noMask : bodyMaskOf(state.payload, document.body, {personal, mapping})
}

function unreadable(state: KeyState, {class: kind, code, text}: Failure, mask: BodyMask = noMask): Entry {
  return {...factsOf(state), class: 'unreadable', failure: {class: kind, code, text: mask.text(text)}}
}

function factsOf({key, version, messageId, hash}: KeyState) {
  return {...blankEntry, key, version, message: messageId, hash}
}

function toDifference({path, expected, inSap}: BodyDifference) {
  return {path: pathText(path), expected, inSap}
}

const mostOlder = 20
