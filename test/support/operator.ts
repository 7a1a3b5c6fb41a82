import type {Operator} from '#lib/ledger/trail.js'

/** Somebody who does things by hand. */
export const ada: Operator = {actor: 'ada', host: 'test', command: 'test', reason: 'because', ticket: null}
