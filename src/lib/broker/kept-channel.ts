import type {Channel, ChannelModel} from 'amqplib'
import {errorMessage} from '#lib/kernel/errors.js'
import {wait} from '#lib/kernel/wait.js'
import {backOffMs} from './back-off.js'
import type {BrokerConnection} from './connection.js'

/** One generation of a channel. What was sent or received on it belongs to it alone and dies with it. */
export interface Link<Kind extends Channel> {
  readonly channel: Kind
  readonly isAlive: () => boolean
}

/** Why a channel ended, with the AMQP reply code if the broker gave one. */
export interface Loss {
  readonly reason: string
  readonly code: number | undefined
}

interface Upkeep<Kind extends Channel> {
  readonly open: (model: ChannelModel) => Promise<Kind>
  /** Makes a fresh channel ready for use; if it rejects, the channel is closed and opened again. */
  readonly ready: (link: Link<Kind>) => Promise<void>
  /** Hears of every channel that could not be opened, could not be made ready or ended. */
  readonly lost: (loss: Loss) => void
}

export interface KeptChannel {
  /** No new generation any more; the present one lives on, with the connection. */
  readonly retire: () => void
  /** Retires and closes the present generation. */
  readonly close: () => Promise<void>
}

/**
 * Keeps one channel open: opens it again whenever the connection came back or
 * the broker closed the channel alone (a 404, a consumer timeout), with
 * back-off if it does not last.
 */
export function keepChannel<Kind extends Channel>(connection: BrokerConnection, upkeep: Upkeep<Kind>): KeptChannel {
  const retiring = new AbortController()
  let current: Link<Kind> | undefined
  const care = {
    ...upkeep,
    ready: async (link: Link<Kind>) => {
      current = link
      await upkeep.ready(link)
    },
  }
  const keeping = keep(connection, care, retiring.signal)

  const retire = (): void => retiring.abort()
  return {
    retire,
    close: async () => {
      retire()
      if (current?.isAlive()) await closeQuietly(current.channel)
      await keeping
    },
  }
}

async function keep<Kind extends Channel>(
  connection: BrokerConnection,
  upkeep: Upkeep<Kind>,
  signal: AbortSignal,
): Promise<void> {
  let shortLives = 0
  for (;;) {
    const model = await connection.opened(signal)
    if (model === undefined) return
    const bornAt = performance.now()
    const loss = await live(model, upkeep, signal)
    upkeep.lost(loss)
    shortLives = performance.now() - bornAt < steadyMs ? shortLives + 1 : 0
    if (shortLives > 0) await wait(backOffMs(shortLives), signal)
  }
}

/** One generation, from open to gone. */
async function live<Kind extends Channel>(
  model: ChannelModel,
  upkeep: Upkeep<Kind>,
  signal: AbortSignal,
): Promise<Loss> {
  let channel: Kind
  try {
    channel = await upkeep.open(model)
  } catch (error) {
    return toLoss(error)
  }
  let alive = true
  let loss: Loss = {reason: 'the connection to RabbitMQ was lost', code: undefined}
  channel.on('error', (error) => {
    loss = toLoss(error)
  })
  const gone = new Promise<void>((resolve) => {
    // First in line: the driver's own listener fails the open publishes, and those must find the link dead.
    channel.prependListener('close', () => {
      alive = false
      resolve()
    })
  })
  try {
    // Retired while it was being opened: nobody wants it, and nobody knows it who would close it.
    if (signal.aborted) throw new Error('retired')
    await upkeep.ready({channel, isAlive: () => alive})
  } catch (error) {
    if (alive) await closeQuietly(channel)
    await gone
    return toLoss(error)
  }
  await gone
  return loss
}

async function closeQuietly(channel: Channel): Promise<void> {
  try {
    await channel.close()
  } catch {
    // It was gone already, or went with its connection.
  }
}

function toLoss(error: unknown): Loss {
  const code = error instanceof Error && 'code' in error && typeof error.code === 'number' ? error.code : undefined
  return {reason: errorMessage(error), code}
}

const steadyMs = 10_000
