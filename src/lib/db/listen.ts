import pg from 'pg'

export interface Listener {
  readonly close: () => Promise<void>
}

/** Calls back on every NOTIFY of the channel and after every connecting, and reconnects until closed. */
export function keepListening(settings: pg.ClientConfig, channel: string, heard: () => void): Listener {
  let closed = false
  let client: pg.Client | undefined
  let timer: NodeJS.Timeout | undefined

  const connect = async (): Promise<void> => {
    const fresh = new pg.Client(settings)
    client = fresh
    fresh.on('error', () => {})
    fresh.on('notification', heard)
    fresh.on('end', () => {
      if (!closed) timer = setTimeout(() => void connect(), reconnectMs)
    })
    try {
      await fresh.connect()
      await fresh.query(`listen ${pg.escapeIdentifier(channel)}`)
      heard()
    } catch {
      await fresh.end().catch(() => {})
    }
  }

  const connecting = connect()
  return {
    close: async () => {
      closed = true
      clearTimeout(timer)
      await connecting
      await client?.end().catch(() => {})
    },
  }
}

const reconnectMs = 1000
