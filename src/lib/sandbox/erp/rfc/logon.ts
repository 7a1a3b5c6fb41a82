import {createHash, timingSafeEqual} from 'node:crypto'
import type {Credentials} from '#lib/sandbox/erp/gateway/basic-auth.js'
import type {Caller} from './function-module.js'
import {logonFailure, type RfcError} from './rfc-error.js'

export const systemId = 'SBX'
export const clientNumber = '100'
/** As it stands in the messages of this system. */
export const logicalSystem = `${systemId}CLNT${clientNumber}`
export const hostName = 'sandbox'

/**
 * Logs on by the parameters of a connection. As in ABAP, user names know no case.
 *
 * @throws RfcError of the logon group.
 */
export function logOn({user, password}: Credentials, parameters: Readonly<Record<string, string>>): Caller {
  const {user: given = '', passwd = '', client = ''} = parameters
  if (client !== clientNumber) throw logonFailure(`Client ${client} is not available in this system`)
  const [expected, actual] = [digest(user, password), digest(given, passwd)]
  if (!timingSafeEqual(expected, actual)) throw wrongPassword()
  return {user: given.toUpperCase(), client}
}

export function wrongPassword(): RfcError {
  return logonFailure('Name or password is incorrect (repeat logon)')
}

/** What a client is told about its connection. */
export function attributesOf({user}: Caller, {lang = 'EN'}: Readonly<Record<string, string>>): object {
  return {
    sysId: systemId,
    sysNumber: '00',
    partnerHost: hostName,
    user,
    isoLanguage: lang.toUpperCase(),
    language: lang.toUpperCase().slice(0, 1),
  }
}

function digest(user: string, password: string): Buffer {
  return createHash('sha256')
    .update(JSON.stringify([user.toUpperCase(), password]))
    .digest()
}
