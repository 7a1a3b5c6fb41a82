import type {MessageState} from '#lib/kernel/state.js'

/** What a push said at its end. */
export interface PushReport {
  readonly flow: string
  readonly read: number
  readonly accepted: number
  readonly duplicate: number
  readonly rejected: number
}

export interface LedgerMessage {
  readonly id: string
  readonly flow: string
  /** A create must book exactly one document; an upsert creates or changes. */
  readonly effect: 'create' | 'upsert'
  /** What SAP has it under. */
  readonly reference: string
  readonly state: MessageState
}

/** What SAP says it has booked under a reference. */
export interface Booked {
  readonly creates: number
  readonly changes: number
}

/** All that the account is made of: what was pushed, what the ledger holds, what SAP holds. */
export interface Evidence {
  readonly pushes: readonly PushReport[]
  readonly messages: readonly LedgerMessage[]
  /** Messages with an open dead letter. */
  readonly openLetters: ReadonlySet<string>
  readonly booked: ReadonlyMap<string, Booked>
}

/** The numbers of one flow, or of all. */
export interface Figures {
  readonly read: number
  readonly accepted: number
  readonly duplicate: number
  /** Refused at the door. */
  readonly refused: number
  readonly synced: number
  readonly superseded: number
  readonly discarded: number
  readonly dead: number
  /** Accepted, but neither ended nor dead; or synced, but SAP does not have it. */
  readonly lost: number
  /** References under which SAP has created more than one document. */
  readonly bookedTwice: number
}

export interface Account extends Figures {
  readonly flows: Readonly<Record<string, Figures>>
  /** What does not add up, for people; empty if everything does. */
  readonly complaints: readonly string[]
}

/**
 * Holds what was accepted against what the ledger and SAP say became of it,
 * message by message. It trusts no total, and shares no code with the worker.
 */
export function takeAccount(evidence: Evidence): Account {
  const audits = evidence.pushes.map((push) => auditFlow(push, evidence))
  const complaints = audits.flatMap((audit) => audit.complaints)
  return {
    ...audits.map(({figures}) => figures).reduce(addFigures, noFigures),
    flows: Object.fromEntries(audits.map(({flow, figures}) => [flow, figures])),
    complaints: [...complaints, ...complain('booked in SAP, but nobody has pushed it', findStrays(evidence))],
  }
}

interface Audit {
  readonly flow: string
  readonly figures: Figures
  readonly complaints: readonly string[]
}

function auditFlow({flow, rejected, ...push}: PushReport, evidence: Evidence): Audit {
  const messages = evidence.messages.filter((message) => message.flow === flow)
  const countOf = (state: MessageState): number => messages.filter((message) => message.state === state).length
  const missing = Math.max(0, push.accepted - messages.length)
  const surplus = Math.max(0, messages.length - push.accepted)
  const stuck = messages.filter(({state}) => !isAtRest(state))
  const unbooked = messages.filter((message) => message.state === 'synced' && !isBooked(message, evidence))
  const twice = unique(messages.map(({reference}) => reference)).filter((each) => createsOf(each, evidence) > 1)
  return {
    flow,
    figures: {
      ...push,
      refused: rejected,
      synced: countOf('synced'),
      superseded: countOf('superseded'),
      discarded: countOf('discarded'),
      dead: countOf('dead'),
      lost: missing + stuck.length + unbooked.length,
      bookedTwice: twice.length,
    },
    complaints: [
      ...(missing === 0 ? [] : [`${missing} accepted, but not in the ledger`]),
      ...(surplus === 0 ? [] : [`${surplus} in the ledger, but never accepted`]),
      ...complain(
        'accepted, but still on their way',
        stuck.map(({reference, state}) => `${reference} (${state})`),
      ),
      ...complain(
        'synced, but SAP does not have them',
        unbooked.map(({reference}) => reference),
      ),
      ...complain('booked more than once', twice),
      ...complain('not synced, but SAP has them', findBookedInSecret(messages, evidence)),
      ...complain('dead, but without an open dead letter', findWithoutLetter(messages, evidence)),
    ].map((complaint) => `${flow}: ${complaint}`),
  }
}

function isAtRest(state: MessageState): boolean {
  switch (state) {
    case 'synced':
    case 'superseded':
    case 'discarded':
    case 'dead':
      return true
    case 'accepted':
    case 'queued':
    case 'in_flight':
    case 'held':
    case 'retry_wait':
    case 'in_doubt':
      return false
  }
}

function isBooked({effect, reference}: LedgerMessage, {booked}: Evidence): boolean {
  const {creates = 0, changes = 0} = booked.get(reference) ?? {}
  switch (effect) {
    case 'create':
      return creates > 0
    case 'upsert':
      return creates + changes > 0
  }
}

/** Messages of a key may share a reference: one that is synced explains the booking. */
function findBookedInSecret(messages: readonly LedgerMessage[], evidence: Evidence): readonly string[] {
  const explained = new Set(messages.flatMap(({state, reference}) => (state === 'synced' ? [reference] : [])))
  const unexplained = messages.filter((message) => isAtRest(message.state) && !explained.has(message.reference))
  return unique(unexplained.filter((message) => isBooked(message, evidence)).map(({reference}) => reference))
}

function findWithoutLetter(messages: readonly LedgerMessage[], {openLetters}: Evidence): readonly string[] {
  return messages.flatMap(({id, state, reference}) => (state === 'dead' && !openLetters.has(id) ? [reference] : []))
}

function findStrays({messages, booked}: Evidence): readonly string[] {
  const known = new Set(messages.map(({reference}) => reference))
  return [...booked.keys()].filter((reference) => !known.has(reference))
}

function createsOf(reference: string, {booked}: Evidence): number {
  return booked.get(reference)?.creates ?? 0
}

function complain(what: string, which: readonly string[]): readonly string[] {
  if (which.length === 0) return []
  const rest = which.length > mostNamed ? ` and ${which.length - mostNamed} more` : ''
  return [`${which.length} ${what}: ${which.slice(0, mostNamed).join(', ')}${rest}`]
}

function addFigures(sum: Figures, each: Figures): Figures {
  return {
    read: sum.read + each.read,
    accepted: sum.accepted + each.accepted,
    duplicate: sum.duplicate + each.duplicate,
    refused: sum.refused + each.refused,
    synced: sum.synced + each.synced,
    superseded: sum.superseded + each.superseded,
    discarded: sum.discarded + each.discarded,
    dead: sum.dead + each.dead,
    lost: sum.lost + each.lost,
    bookedTwice: sum.bookedTwice + each.bookedTwice,
  }
}

function unique(values: readonly string[]): readonly string[] {
  return [...new Set(values)]
}

const noFigures: Figures = {
  read: 0,
  accepted: 0,
  duplicate: 0,
  refused: 0,
  synced: 0,
  superseded: 0,
  discarded: 0,
  dead: 0,
  lost: 0,
  bookedTwice: 0,
}

const mostNamed = 5
