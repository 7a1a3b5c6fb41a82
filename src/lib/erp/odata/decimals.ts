import type {Failure} from '#lib/kernel/failure.js'
import {judge, unreadable} from './judge.js'
import type {Dialect} from './dialect.js'
import type {ODataCall, ODataSession} from './session.js'

/** The properties of a service that hold numbers though they are written as texts, or why that cannot be told. */
export type Decimals =
  {readonly kind: 'known'; readonly names: ReadonlySet<string>} | {readonly kind: 'failed'; readonly failure: Failure}

/** Reads them from the service's metadata: once, when they are first asked for. */
export function readDecimals(
  session: ODataSession,
  {service, dialect}: {readonly service: string; readonly dialect: Dialect},
): (signal: AbortSignal) => Promise<Decimals> {
  let known: Decimals | undefined = dialect.hasDecimalTexts ? undefined : {kind: 'known', names: new Set()}
  return async (signal) => {
    if (known !== undefined) return known
    const read = await readMetadata(session, service, signal)
    if (read.kind === 'known') known = read
    return read
  }
}

async function readMetadata(session: ODataSession, service: string, signal: AbortSignal): Promise<Decimals> {
  const headers = {accept: 'application/xml'}
  const call: ODataCall = {method: 'GET', service, path: '$metadata', stage: 'probe', headers}
  const {exchange, occasion} = await session.exchange(call, signal)
  if (exchange.kind === 'answered' && exchange.answer.status === 200 && exchange.answer.cutBy === null)
    return {kind: 'known', names: decimalNames(exchange.answer.text)}
  const outcome = judge(exchange, occasion)
  const failure =
    outcome.kind === 'ok' ? unreadable(outcome.answer, 'the answer is no metadata', occasion) : outcome.failure
  // A service whose metadata alone is kept from us takes messages all the same: no reason to pause its flow.
  const isOfMetadata = failure.class === 'config' && failure.code !== 'http:401'
  return {kind: 'failed', failure: isOfMetadata ? {...failure, class: 'permanent'} : failure}
}

/** A name that holds a text in another entity is left out: there `1.10` may be a name. */
export function decimalNames(metadata: string): ReadonlySet<string> {
  const types = [...metadata.matchAll(/<Property\b[^>]*>/g)].map(([element]) => ({
    name: attribute(element, 'Name'),
    isNumber: numeric.has(attribute(element, 'Type')),
  }))
  const texts = new Set(types.filter(({isNumber}) => !isNumber).map(({name}) => name))
  return new Set(types.map(({name}) => name).filter((name) => name !== '' && !texts.has(name)))
}

function attribute(element: string, name: string): string {
  return new RegExp(`\\s${name}\\s*=\\s*["']([^"']*)["']`).exec(element)?.[1] ?? ''
}

const numeric: ReadonlySet<string> = new Set([
  'Edm.Decimal',
  'Edm.Double',
  'Edm.Single',
  'Edm.Int64',
  'Edm.Int32',
  'Edm.Int16',
  'Edm.Byte',
  'Edm.SByte',
])
