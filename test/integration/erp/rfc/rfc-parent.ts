// A program that has a process with SAP's library make a call that hangs, and says which one it is.
import {openConnector} from '#lib/erp/open-connector.js'
import {rfcPids} from '../../../support/child-processes.js'
import {onlyCalls, documentOf, never} from './rfc-setup.js'

const connector = openConnector('ecc', JSON.parse(process.argv[2] ?? ''), onlyCalls('RFC_PING'), 'ping')
await connector.prepare?.()
void connector.submit(documentOf('x/1', {}), never)
process.stdout.write(`${(await rfcPids())[0]}\n`)
