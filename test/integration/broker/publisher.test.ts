import assert from 'node:assert/strict'
import {connectBroker, type BrokerConnection} from '#lib/broker/connection.js'
import {openDeclarer} from '#lib/broker/declarer.js'
import {openPublisher, type PublishMessage, type Publisher} from '#lib/broker/publisher.js'
import {cutConnection} from '../../support/broker-probe.js'
import {eventually} from '../../support/eventually.js'
import {freshVhost, type FreshVhost} from '../../support/fresh-vhost.js'
import {openRelay} from '../../support/relay.js'

describe('Publisher', function () {
  this.timeout(30_000)
  let broker: FreshVhost
  before(async () => {
    broker = await freshVhost()
    const declarer = await openDeclarer([broker.url], 'setup')
    await declarer.declareExchange('x', 'direct', {})
    await declarer.declareQueue('q', {'x-queue-type': 'quorum'})
    await declarer.declareQueue('full', {'x-queue-type': 'quorum', 'x-max-length': 1, 'x-overflow': 'reject-publish'})
    await declarer.bind('q', 'x', 'q')
    await declarer.bind('full', 'x', 'full')
    await declarer.close()
  })
  after(async () => broker?.drop())

  it('confirms what a queue holds', async () => {
    const {publisher, close} = await setup(broker, 'confirm')

    assert.deepEqual(await publisher.publish(message('q')), {kind: 'confirmed'})
    await close()
  })

  it('tells of each message that reached no queue, among many under way', async () => {
    const {publisher, close} = await setup(broker, 'returns')

    const keys = Array.from({length: 300}, (_, index) => (index % 3 === 0 ? 'nowhere' : 'q'))
    const outcomes = await Promise.all(keys.map(async (key) => publisher.publish(message(key))))

    assert.deepEqual(
      outcomes.map(({kind}) => kind),
      keys.map((key) => (key === 'q' ? 'confirmed' : 'returned')),
    )
    assert.deepEqual(outcomes[0], {kind: 'returned', reason: 'NO_ROUTE (x nowhere)'})
    await close()
  })

  it('tells of a queue that is full', async () => {
    const {publisher, close} = await setup(broker, 'nack')

    const nacked = await eventually(async () => {
      const {kind} = await publisher.publish(message('full'))
      return kind === 'nacked' ? kind : undefined
    })

    assert.equal(nacked, 'nacked')
    await close()
  })

  it('loses what is under way when the exchange is missing, and works on', async () => {
    const {publisher, close} = await setup(broker, 'missing-exchange')

    const [bad, good] = await Promise.all([
      publisher.publish({...message('q'), exchange: 'no-such-exchange'}),
      publisher.publish({...message('q'), exchange: 'no-such-exchange'}),
    ])
    const later = await publisher.publish(message('q'))

    assert.deepEqual([bad.kind, good.kind, later.kind], ['lost', 'lost', 'confirmed'])
    await close()
  })

  it('waits for the connection to come back', async () => {
    const {connection, publisher, close} = await setup(broker, 'cut-publisher')

    await cutConnection(broker, 'cut-publisher')
    await eventually(() => (connection.state === 'connected' ? undefined : true))
    const outcome = await publisher.publish(message('q'))

    assert.deepEqual(outcome, {kind: 'confirmed'})
    await close()
  })

  it('calls lost what is under way when the socket breaks', async () => {
    const relay = await openRelay(Number(new URL(broker.url).port))
    const url = new URL(broker.url)
    url.host = `127.0.0.1:${relay.port}`
    const {publisher, close} = await setup({...broker, url: url.toString()}, 'broken')
    await publisher.publish(message('q'))

    const publishing = Array.from({length: 50}, async () => publisher.publish(message('q')))
    relay.die()
    const outcomes = await Promise.all(publishing)
    const waited = await publisher.publish(message('q'), 200)

    assert.ok(outcomes.some(({kind}) => kind === 'lost'))
    assert.ok(outcomes.every(({kind}) => kind === 'lost' || kind === 'confirmed'))
    assert.equal(waited.kind, 'lost')
    assert.match(waited.kind === 'lost' ? waited.reason : '', /^not sent: /)
    await close()
  })

  it('confirms a burst that is larger than all buffers', async () => {
    const {publisher, close} = await setup(broker, 'burst')
    const body = Buffer.alloc(4096)

    const outcomes = await Promise.all(
      Array.from({length: 3000}, async () => publisher.publish({...message('q'), body})),
    )

    assert.deepEqual(new Set(outcomes.map(({kind}) => kind)), new Set(['confirmed']))
    await close()
  })

  it('takes headers of 8 KiB and throws at longer ones', async () => {
    const {publisher, close} = await setup(broker, 'headers')

    const outcome = await publisher.publish({...message('q'), headers: {long: 'x'.repeat(8000)}})

    assert.equal(outcome.kind, 'confirmed')
    await assert.rejects(publisher.publish({...message('q'), headers: {long: 'x'.repeat(8192)}}), RangeError)
    await close()
  })

  it('finishes what is under way before it closes, and takes no more', async () => {
    const {publisher, close} = await setup(broker, 'closing')

    const publishing = Array.from({length: 100}, async () => publisher.publish(message('q')))
    await publisher.close()
    const outcomes = await Promise.all(publishing)

    assert.deepEqual(new Set(outcomes.map(({kind}) => kind)), new Set(['confirmed']))
    assert.deepEqual(await publisher.publish(message('q')), {
      kind: 'lost',
      reason: 'not sent: the publisher is closed',
    })
    await close()
  })
})

interface Parts {
  readonly connection: BrokerConnection
  readonly publisher: Publisher
  readonly close: () => Promise<void>
}

async function setup({url}: FreshVhost, name: string): Promise<Parts> {
  const connection = await connectBroker({urls: [url], name})
  const publisher = openPublisher(connection)
  return {
    connection,
    publisher,
    close: async () => {
      await publisher.close()
      await connection.close()
    },
  }
}

function message(routingKey: string): PublishMessage {
  return {exchange: 'x', routingKey, messageId: 'm-1', headers: {'erpsync-attempt': 1}, body: Buffer.from('{}')}
}
