import type {Channel, ChannelModel} from 'amqplib'
import {ErpSyncError, errorMessage} from '#lib/kernel/errors.js'
import {exitCodes} from '#lib/kernel/exit-codes.js'
import {dialAny, hangUp, requireAmqpUrls} from './dial.js'

type Arguments = Readonly<Record<string, string | number>>

/** How a declared object stood, and stands now. */
export type DeclareOutcome =
  | {readonly kind: 'created'}
  | {readonly kind: 'present'}
  | {
      readonly kind: 'different'
      /** What differs, e.g. `x-message-ttl` or `type`. */
      readonly argument: string
      readonly wanted: string | null
      readonly current: string | null
    }

export interface QueueDepth {
  readonly ready: number
  readonly consumers: number
}

/** Declares and looks up durable objects over AMQP alone. */
export interface Declarer {
  readonly declareExchange: (name: string, type: string, args: Arguments) => Promise<DeclareOutcome>
  readonly declareQueue: (name: string, args: Arguments) => Promise<DeclareOutcome>
  /** Binds; AMQP does not tell whether the binding was there before. */
  readonly bind: (queue: string, exchange: string, routingKey: string) => Promise<void>
  readonly exchangeExists: (name: string) => Promise<boolean>
  readonly queueExists: (name: string) => Promise<boolean>
  /** What a queue holds ready to be delivered, and who consumes it; undefined if there is none. */
  readonly queueDepth: (name: string) => Promise<QueueDepth | undefined>
  readonly close: () => Promise<void>
}

/**
 * Opens a connection of its own, to be thrown away: a refused declare costs
 * the channel it was made on and sometimes the connection, and nothing else
 * should live there.
 *
 * @throws ErpSyncError 69 or 77 as `connectBroker` does.
 */
export async function openDeclarer(urls: readonly string[], name: string): Promise<Declarer> {
  requireAmqpUrls(urls)
  const {model} = await dialAny(urls, name)
  const inChannel = withFreshChannels(model)

  const exchangeExists = async (exchange: string): Promise<boolean> =>
    (await lookUp(async () => inChannel(async (channel) => channel.checkExchange(exchange)))) !== undefined
  const queueDepth = async (queue: string): Promise<QueueDepth | undefined> => {
    const found = await lookUp(async () => inChannel(async (channel) => channel.checkQueue(queue)))
    return found && {ready: found.messageCount, consumers: found.consumerCount}
  }
  const queueExists = async (queue: string): Promise<boolean> => (await queueDepth(queue)) !== undefined

  return {
    exchangeExists,
    queueExists,
    queueDepth,
    declareExchange: async (exchange, type, args) =>
      declare(exchange, await exchangeExists(exchange), async () =>
        inChannel(async (channel) => channel.assertExchange(exchange, type, {durable: true, arguments: args})),
      ),
    declareQueue: async (queue, args) =>
      declare(queue, await queueExists(queue), async () =>
        inChannel(async (channel) => channel.assertQueue(queue, {durable: true, arguments: args})),
      ),
    bind: async (queue, exchange, routingKey) =>
      explained(`binding ${queue} to ${exchange}`, async () =>
        inChannel(async (channel) => channel.bindQueue(queue, exchange, routingKey)),
      ),
    close: async () => {
      const timer = setTimeout(() => hangUp(model), closeTimeoutMs)
      await model.close().catch(() => {})
      clearTimeout(timer)
    },
  }
}

/** Reads the broker's complaint about an object that stands differently; undefined if it is something else. */
export function parseInequivalence(text: string): DeclareOutcome | undefined {
  const match = /inequivalent arg '([^']+)' for .*: received (.+) but current is (.+?)"?$/.exec(text)
  if (!match) return undefined
  const [, argument = '', received = '', current = ''] = match
  return {kind: 'different', argument, wanted: quotedValue(received), current: quotedValue(current)}
}

/** `'1000'`, `the value '1000' of type 'long'` or `none`. */
function quotedValue(text: string): string | null {
  return /'([^']*)'/.exec(text)?.[1] ?? null
}

/** Runs each piece of work on the present channel, or on a new one after the broker closed the last. */
function withFreshChannels(model: ChannelModel) {
  let open: Channel | undefined
  return async <Result>(work: (channel: Channel) => Promise<Result>): Promise<Result> => {
    if (open === undefined) {
      const channel = await model.createChannel()
      // The rejected call tells what happened; the events only tell it again.
      channel.on('error', () => {})
      channel.on('close', () => {
        if (open === channel) open = undefined
      })
      open = channel
    }
    return work(open)
  }
}

async function lookUp<Found>(look: () => Promise<Found>): Promise<Found | undefined> {
  try {
    return await look()
  } catch (error) {
    if (replyCode(error) === replyCodes.notFound) return undefined
    throw error
  }
}

async function declare(name: string, isThere: boolean, assert: () => Promise<unknown>): Promise<DeclareOutcome> {
  try {
    await explained(`declaring ${name}`, assert)
    return {kind: isThere ? 'present' : 'created'}
  } catch (error) {
    // The reply code says that something differs; only the text says what.
    const different = replyCode(error) === replyCodes.preconditionFailed && parseInequivalence(errorMessage(error))
    if (different) return different
    throw error
  }
}

async function explained(doing: string, work: () => Promise<unknown>): Promise<void> {
  try {
    await work()
  } catch (error) {
    if (replyCode(error) !== replyCodes.accessRefused) throw error
    throw new ErpSyncError(`RabbitMQ forbids ${doing}: ${errorMessage(error)}`, {
      code: 'rabbitmq_forbidden',
      exitCode: exitCodes.credentials,
      hint: "The user needs configure, write and read on erpsync's objects, e.g. rabbitmqctl set_permissions USER '^erpsync\\.' '^erpsync\\.' '^erpsync\\.'",
      cause: error,
    })
  }
}

function replyCode(error: unknown): number | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'number' ? error.code : undefined
}

const replyCodes = {accessRefused: 403, notFound: 404, preconditionFailed: 406} as const
const closeTimeoutMs = 5000
