import type {Database} from '#lib/db/database.js'
import {readPayload} from '#lib/ledger/messages.js'
import {readAttempts} from '#lib/ledger/timeline.js'
import {type Letter, readRaw} from './letters.js'
import type {WholeLetter} from './mask-letter.js'

/** Reads all that belongs to a letter. */
export async function readWhole(database: Database, letter: Letter): Promise<WholeLetter> {
  const {id, messageId} = letter
  const attempts = messageId === null ? [] : await readAttempts(database, messageId)
  const payload = messageId === null ? await readRaw(database, id) : await readPayload(database, messageId)
  return {letter, attempts, payload}
}
