import {type FlowName, flowsIn, type FlowSet} from './flows.js'
import {type Random, randomFor} from './random.js'

/**
 * What has to become of a document in the end:
 *
 * - `synced`: in SAP, once, by itself or after an operator's replay
 * - `dead`: refused by SAP for good; a letter in the archive, nothing in SAP
 * - `refused`: refused at the door; in no ledger
 */
export type Fate = 'synced' | 'dead' | 'refused'

/** A document to be pushed. */
export interface ChaosDocument {
  readonly flow: FlowName
  readonly key: string
  /** Rises by one with every change of the key. */
  readonly version: number
  /** What SAP knows it by: an order's own reference, a partner's number. */
  readonly reference: string
  readonly fate: Fate
  /** The line that is pushed. */
  readonly line: string
}

/**
 * All documents of a run, flow by flow, each flow in the order in which it is
 * pushed. `messages` of them enter; what is refused at the door comes on top.
 */
export function makeDocuments(seed: number, messages: number, set: FlowSet): readonly ChaosDocument[] {
  const counts = countsOf(messages, flowsIn(set))
  return [...counts].flatMap(([flow, count]) => {
    const random = randomFor(seed, `documents of ${flow}`)
    const keys = new Map<string, number>()
    return Array.from({length: count}, () => {
      const document = makeDocument(flow, random, keys, count)
      return random.chance(refusedShare) ? [makeRefused(flow, random), document] : [document]
    }).flat()
  })
}

/** What a partner is called in a version of it: what SAP holds tells which version it is. */
export function partnerName(key: string, version: number): string {
  return `${key} version ${version}`
}

/** The version that a name speaks of; undefined for a name that none of ours is. */
export function versionInName(name: string): number | undefined {
  const found = / version (\d+)$/.exec(name)?.[1]
  return found === undefined ? undefined : Number(found)
}

/** How many each flow gets; what cannot be shared out goes to the first. */
function countsOf(messages: number, flows: readonly FlowName[]): ReadonlyMap<FlowName, number> {
  const portion = Math.floor(messages / flows.reduce((sum, flow) => sum + shareOf[flow], 0))
  const counts = flows.map((flow) => [flow, shareOf[flow] * portion] as const)
  const left = messages - counts.reduce((sum, [, count]) => sum + count, 0)
  return new Map(counts.map(([flow, count], index) => [flow, index === 0 ? count + left : count]))
}

function makeDocument(flow: FlowName, random: Random, keys: Map<string, number>, count: number): ChaosDocument {
  switch (flow) {
    case 'web-order':
      return makeOrder(flow, 'W', random, keys)
    case 'counter-order':
      return makeOrder(flow, 'C', random, keys)
    case 'bapi-order':
      return makeOrder(flow, 'B', random, keys)
    case 'own-order':
      return makeOrder(flow, 'Z', random, keys)
    case 'partner':
      return makeChange(flow, pickPartner('P', random, count), keys)
    case 'partner-event':
      return makeChange(flow, pickPartner('E', random, count), keys)
    case 'customer':
      return makeChange(flow, pickCustomer(random), keys)
  }
}

/** Now and then a second revision of an order; to a flow without order that is one more order. */
function makeOrder(flow: FlowName, prefix: string, random: Random, keys: Map<string, number>): ChaosDocument {
  const isRevision = keys.size > 0 && random.chance(0.15)
  const key = isRevision ? random.pick([...keys.keys()]) : `${prefix}${String(keys.size + 1).padStart(6, '0')}`
  const version = (keys.get(key) ?? 0) + 1
  keys.set(key, version)
  const isKnown = !random.chance(deadShare)
  const body = {
    orderId: key,
    revision: version,
    customerId: isKnown ? `USCU_S${String(random.whole(1, 40)).padStart(2, '0')}` : 'NOBODY',
    items: Array.from({length: random.whole(1, 4)}, () => ({
      sku: `TG${random.whole(10, 49)}`,
      quantity: random.whole(1, 20),
    })),
  }
  const reference = `${key}/${version}`
  return {flow, key, version, reference, fate: isKnown ? 'synced' : 'dead', line: JSON.stringify(body)}
}

/** In the first flow some of them are in SAP already; the others are created by their first version. */
function pickPartner(prefix: 'P' | 'E', random: Random, count: number): string {
  const number = random.whole(1, Math.max(1, Math.ceil(count / versionsOfPartner)))
  const isThere = prefix === 'P' && number <= 20
  return isThere ? `USCU_S${String(number).padStart(2, '0')}` : `${prefix}${String(number).padStart(6, '0')}`
}

/** All of them are in SAP, and in none of the other flows; of some the number has to get its leading zeros. */
function pickCustomer(random: Random): string {
  const number = random.whole(21, 45)
  return number <= 40 ? `USCU_S${number}` : String(100_000 + number - 40)
}

function makeChange(flow: FlowName, key: string, keys: Map<string, number>): ChaosDocument {
  const version = (keys.get(key) ?? 0) + 1
  keys.set(key, version)
  const line = JSON.stringify({partnerId: key, revision: version, name: partnerName(key, version)})
  return {flow, key, version, reference: key, fate: 'synced', line}
}

function makeRefused(flow: FlowName, random: Random): ChaosDocument {
  const reference = `REFUSED-${random.whole(1, 1_000_000)}`
  const line = random.pick([
    '{"cut off',
    '"not an object"',
    JSON.stringify({orderId: reference, partnerId: reference, revision: 0}),
    JSON.stringify({revision: 1, customerId: 'USCU_S01', items: [], name: 'without a key'}),
  ])
  return {flow, key: reference, version: 1, reference, fate: 'refused', line}
}

const deadShare = 0.03
const refusedShare = 0.03
const versionsOfPartner = 5
const shareOf: Readonly<Record<FlowName, number>> = {
  'web-order': 2,
  'counter-order': 1,
  partner: 1,
  'partner-event': 1,
  'bapi-order': 2,
  'own-order': 2,
  customer: 1,
}
