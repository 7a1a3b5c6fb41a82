import {type ChaosDocument, versionInName} from './documents.js'
import {isCreateFlow, type Order, orderOf} from './flows.js'
import type {Ledger, LedgerMessage} from './ledger.js'
import type {Effect} from './sap.js'

/** All that is to be seen of a run when it is over. */
export interface Sight extends Ledger {
  readonly effects: ReadonlyMap<string, Effect>
  /** What each partner was called after each change, oldest first. */
  readonly names: ReadonlyMap<string, readonly string[]>
}

/** Broken promises, each a line that names the document. */
export interface Verdict {
  /** Accepted, or pushed to the end, and not in SAP although nobody was told. */
  readonly lost: readonly string[]
  readonly bookedTwice: readonly string[]
  /** A version that came to SAP after a newer one, where the flow promises order. */
  readonly overwritten: readonly string[]
  /** Everything else that is not as it has to be: stuck, dead without a letter, in SAP without a message. */
  readonly unaccounted: readonly string[]
}

/**
 * Compares what was pushed with what SAP and the ledger say in the end. It
 * knows from the generator what had to become of each document, and asks none
 * of the code that carried them.
 */
export function checkRun(
  documents: readonly ChaosDocument[],
  sight: Sight,
  orders: Readonly<Record<ChaosDocument['flow'], Order>> = orderOf,
): Verdict {
  const byIdentity = new Map(sight.messages.map((message) => [identityOf(message), message]))
  const findings = [
    ...documents.flatMap((document) => judge(document, byIdentity.get(identityOf(document)), sight, orders)),
    ...judgeBookings(sight),
    ...judgeOrder(documents, sight, orders),
    ...judgeLetters(sight),
    ...findStrays(documents, sight),
  ]
  const of = (kind: Finding['kind']) => findings.filter((finding) => finding.kind === kind).map(({text}) => text)
  return {
    lost: of('lost'),
    bookedTwice: of('bookedTwice'),
    overwritten: of('overwritten'),
    unaccounted: of('unaccounted'),
  }
}

interface Finding {
  readonly kind: keyof Verdict
  readonly text: string
}

function judge(
  document: ChaosDocument,
  message: LedgerMessage | undefined,
  sight: Sight,
  orders: Readonly<Record<ChaosDocument['flow'], Order>>,
): readonly Finding[] {
  const name = `${document.flow} ${document.key} version ${document.version}`
  const standing = message ? `${name} (message ${message.id}, ${message.state})` : name
  const find = (kind: Finding['kind'], what: string): readonly Finding[] => [{kind, text: `${standing}: ${what}`}]

  switch (document.fate) {
    case 'refused':
      return message ? find('unaccounted', 'was let in, though the door has to refuse it') : []
    case 'dead':
      if (!message) return find('lost', 'was pushed, and is not in the ledger')
      if (message.state !== 'dead') return find('unaccounted', 'SAP does not take it, so it has to be dead')
      return isInSap(document, sight) ? find('unaccounted', 'is dead, and is in SAP') : []
    case 'synced':
      if (!message) return find('lost', 'was pushed, and is not in the ledger')
      return judgeGood(document, message, sight, orders).flatMap(({kind, text}) => find(kind, text))
  }
}

function judgeGood(
  document: ChaosDocument,
  {state}: LedgerMessage,
  sight: Sight,
  orders: Readonly<Record<ChaosDocument['flow'], Order>>,
): readonly Finding[] {
  switch (state) {
    case 'synced':
      return isInSap(document, sight) ? [] : [{kind: 'lost', text: 'the ledger says that SAP has it; SAP does not'}]
    case 'superseded': {
      if (orders[document.flow] !== 'latest')
        return [{kind: 'lost', text: 'set aside in a flow that sets nothing aside'}]
      const isOvertaken = sight.messages.some(
        ({flow, key, version}) => flow === document.flow && key === document.key && Number(version) > document.version,
      )
      return isOvertaken ? [] : [{kind: 'lost', text: 'set aside, and there is no newer version'}]
    }
    case 'discarded':
      return [{kind: 'lost', text: 'discarded, and nobody did that'}]
    case 'dead':
      return [{kind: 'unaccounted', text: 'given up, though it is good and was replayed'}]
    default:
      return [{kind: 'unaccounted', text: 'has no end'}]
  }
}

function isInSap({flow, key, version, reference}: ChaosDocument, {effects, names}: Sight): boolean {
  if (isCreateFlow[flow]) return (effects.get(reference)?.creates ?? 0) > 0
  return (names.get(key) ?? []).some((name) => versionInName(name) === version)
}

function judgeBookings({effects}: Sight): readonly Finding[] {
  return [...effects].flatMap(([reference, {creates, documents}]): readonly Finding[] =>
    creates > 1 || documents.length > 1
      ? [{kind: 'bookedTwice', text: `${reference} was created ${creates} times: ${documents.join(', ')}`}]
      : [],
  )
}

/**
 * Where a flow promises order, versions only rise in SAP, and in a strict one
 * each follows its predecessor. A newest version that is not there is lost or
 * has no end, which is found elsewhere.
 */
function judgeOrder(
  documents: readonly ChaosDocument[],
  {names}: Sight,
  orders: Readonly<Record<ChaosDocument['flow'], Order>>,
): readonly Finding[] {
  const ordered = new Map(
    documents
      .filter(({flow}) => !isCreateFlow[flow] && orders[flow] !== 'none')
      .map(({flow, key}) => [`${flow} ${key}`, {flow, key}]),
  )
  return [...ordered].flatMap(([name, {flow, key}]): readonly Finding[] => {
    const seen = (names.get(key) ?? []).flatMap((held) => versionInName(held) ?? [])
    const steps = seen.filter((version, index) => index === 0 || version !== seen[index - 1])
    const isBroken = steps.some((version, index) => {
      const before = steps[index - 1] ?? 0
      return orders[flow] === 'strict' ? version !== before + 1 : version < before
    })
    return isBroken ? [{kind: 'overwritten', text: `${name}: SAP saw the versions ${steps.join(', ')}`}] : []
  })
}

/** Every dead message has one open letter, and every open letter a dead message. */
function judgeLetters({messages, letters}: Sight): readonly Finding[] {
  const open = groupBy(
    letters.filter(({state}) => state === 'open'),
    ({messageId}) => messageId,
  )
  const deadWithout = messages.filter(({id, state}) => state === 'dead' && open.get(id)?.length !== 1)
  const dead = new Set<string | null>(messages.filter(({state}) => state === 'dead').map(({id}) => id))
  const lettersWithout = letters.filter(({state, messageId}) => state === 'open' && !dead.has(messageId))
  const undecided = letters.filter(({state}) => state === 'replayed')
  return [
    ...deadWithout.map(
      ({id, flow, key}) => `${flow} ${key} (message ${id}): dead, with ${open.get(id)?.length ?? 0} open letters`,
    ),
    ...lettersWithout.map(
      ({id, code, messageId}) => `letter ${id} (${code}) is open; message ${messageId ?? 'unknown'} is not dead`,
    ),
    ...undecided.map(
      ({id, messageId}) => `letter ${id} of message ${messageId ?? 'unknown'} was replayed and has no outcome`,
    ),
  ].map((text) => ({kind: 'unaccounted', text}))
}

/** What nobody pushed. */
function findStrays(documents: readonly ChaosDocument[], {messages, effects}: Sight): readonly Finding[] {
  const pushed = new Set(documents.map(identityOf))
  const references = new Set(documents.map(({reference}) => reference))
  return [
    ...messages
      .filter((message) => !pushed.has(identityOf(message)))
      .map(({id, flow, key}) => `${flow} ${key} (message ${id}): in the ledger, and nobody pushed it`),
    ...[...effects.keys()]
      .filter((reference) => !references.has(reference))
      .map((reference) => `${reference}: in SAP, and nobody pushed it`),
  ].map((text) => ({kind: 'unaccounted', text}))
}

function groupBy<Key, Item>(items: readonly Item[], keyOf: (item: Item) => Key): ReadonlyMap<Key, readonly Item[]> {
  const groups = new Map<Key, Item[]>()
  for (const item of items) groups.set(keyOf(item), [...(groups.get(keyOf(item)) ?? []), item])
  return groups
}

function identityOf({
  flow,
  key,
  version,
}: {
  readonly flow: string
  readonly key: string
  readonly version: number | string
}): string {
  return `${flow} ${key}@${version}`
}
