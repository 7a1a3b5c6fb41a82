import pg from 'pg'

/** A message as the ledger's tables have it. */
export interface LedgerMessage {
  readonly id: string
  readonly flow: string
  readonly key: string
  readonly version: string
  readonly state: string
}

/** A letter as the archive's table has it. */
export interface LedgerLetter {
  readonly id: string
  readonly messageId: string | null
  readonly state: string
  readonly code: string
}

export interface Ledger {
  readonly messages: readonly LedgerMessage[]
  readonly letters: readonly LedgerLetter[]
}

/** Reads everything, by plain SQL and a connection of its own. */
export async function readLedger(postgresUrl: string): Promise<Ledger> {
  const client = new pg.Client({
    connectionString: postgresUrl,
    connectionTimeoutMillis: timeoutMs,
    query_timeout: timeoutMs,
  })
  client.on('error', () => {})
  await client.connect()
  try {
    const messages = await client.query<LedgerMessage>(
      'select id, flow, business_key as key, version, state from erpsync.message',
    )
    const letters = await client.query<LedgerLetter>(
      'select id, message_id as "messageId", state, code from erpsync.dead_letter',
    )
    return {messages: messages.rows, letters: letters.rows}
  } finally {
    await client.end()
  }
}

const timeoutMs = 20_000
