import type {IdocDestination, StatusSettings} from '#lib/config/idoc-kind.js'
import type {ProbeOutcome} from '#lib/erp/connector.js'
import {dialectOf, type Entity} from '#lib/erp/odata/dialect.js'
import {unreadable} from '#lib/erp/odata/judge.js'
import {ODataSession} from '#lib/erp/odata/session.js'
import {textLiteral} from '#lib/erp/odata/target.js'
import type {Failure} from '#lib/kernel/failure.js'
import {type IdocStatus, judgeStatus} from './status.js'

/** Asks what became of the IDoc with a message id. */
export type StatusRead = (arckey: string, signal: AbortSignal) => Promise<ProbeOutcome>

/** The read of IDoc statuses over OData. Flows of one destination share one session. */
export function openStatusRead(destination: Connection, settings: StatusSettings): StatusRead {
  const session = sessionOf(destination)
  const dialect = dialectOf(settings.protocol)
  const service = `${settings.service.replace(/^\/+|\/+$/g, '')}/`
  return async (arckey, signal) => {
    const filter = `${settings.arckey}%20eq%20${textLiteral(arckey)}`
    const query = `$filter=${filter}&$select=${propertiesOf(settings).join(',')}&$top=${mostIdocs}`
    const call = {method: 'GET', service, path: `${settings.entitySet}?${query}`, stage: 'probe'} as const
    const outcome = await session.call(call, signal)
    if (outcome.kind !== 'ok') return {kind: 'failed', failure: ofService(outcome.failure)}
    const statuses = dialect.readCollection(outcome.answer.json)?.map((entity) => readStatus(entity, settings))
    // What cannot be read must not count as "not found".
    if (statuses === undefined || statuses.some((status) => status === undefined)) {
      const occasion = session.occasion(call, 'read')
      return {
        kind: 'failed',
        failure: unreadable(outcome.answer, 'the answer is not a list of IDoc statuses', occasion),
      }
    }
    return judgeStatus(statuses.filter((status) => status !== undefined))
  }
}

/** What SAP refuses is the service or a property, never the document: a person must mend the configuration. */
function ofService(failure: Failure): Failure {
  return failure.class === 'permanent' ? {...failure, class: 'config'} : failure
}

function readStatus(entity: Entity, settings: StatusSettings): IdocStatus | undefined {
  const number = textOf(entity, settings.docnum)
  const status = textOf(entity, settings.status)
  if (number === undefined || status === undefined) return undefined
  return {
    number,
    status,
    text: textOf(entity, settings.text) ?? '',
    message: messageOf(textOf(entity, settings.messageClass), textOf(entity, settings.messageNumber)),
    document: textOf(entity, settings.document),
  }
}

function messageOf(messageClass: string | undefined, number: string | undefined): string | undefined {
  return messageClass === undefined || number === undefined || /^0*$/.test(number)
    ? undefined
    : `${messageClass}/${number.padStart(3, '0')}`
}

function textOf(entity: Entity, property: string | undefined): string | undefined {
  const value = property === undefined ? undefined : entity[property]
  if (typeof value === 'number') return String(value)
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined
}

function propertiesOf(settings: StatusSettings): readonly string[] {
  const {arckey, docnum, status, text, messageClass, messageNumber, document} = settings
  return [arckey, docnum, status, text, messageClass, messageNumber, document].filter((name) => name !== undefined)
}

function sessionOf(destination: Connection): ODataSession {
  const known = sessions.get(destination)
  if (known !== undefined) return known
  const {baseUrl, auth, sapClient, language, timeout} = destination
  const session = new ODataSession({kind: 'odata', baseUrl, auth, sapClient, language, timeout})
  sessions.set(destination, session)
  return session
}

type Connection = Omit<IdocDestination, 'limits' | 'breaker'>

/** Held as long as the settings are. */
const sessions = new WeakMap<Connection, ODataSession>()

/** Enough to see that there are several. */
const mostIdocs = 5
