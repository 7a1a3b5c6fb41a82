import assert from 'node:assert/strict'
import {once} from 'node:events'
import {createServer, type AddressInfo} from 'node:net'
import {connectBroker, type ConnectionChange} from '#lib/broker/connection.js'
import {ErpSyncError} from '#lib/kernel/errors.js'
import {cutConnection} from '../../support/broker-probe.js'
import {eventually} from '../../support/eventually.js'
import {freshVhost, type FreshVhost} from '../../support/fresh-vhost.js'
import {openHastyBroker} from '../../support/hasty-broker.js'
import {openRelay} from '../../support/relay.js'

describe('connectBroker', function () {
  this.timeout(30_000)
  let broker: FreshVhost
  before(async () => {
    broker = await freshVhost()
  })
  after(async () => broker?.drop())

  it('takes the first host that answers', async () => {
    const connection = await connectBroker({urls: [await deadUrl(), broker.url], name: 'second-host'})

    assert.equal(connection.state, 'connected')
    assert.match(connection.serverVersion ?? '', /^\d+\.\d+/)
    assert.equal(new URL(connection.address).host, new URL(broker.url).host)
    await connection.close()
  })

  it('tells every address it tried, without passwords, when no host answers', async () => {
    const urls = [await deadUrl(), await deadUrl()]

    const error = await refusal(connectBroker({urls, name: 'nobody'}))

    assert.equal(error.code, 'rabbitmq_unreachable')
    assert.equal(error.exitCode, 69)
    for (const url of urls) assert.ok(error.message.includes(new URL(url).host), error.message)
    assert.match(error.message, /ECONNREFUSED/)
    assert.doesNotMatch(error.message, /s3cret/)
  })

  it('gives up on a host that accepts and stays silent', async () => {
    const silent = createServer().listen(0, '127.0.0.1')
    await once(silent, 'listening')

    const error = await refusal(connectBroker({urls: [urlAt((silent.address() as AddressInfo).port)], name: 'silent'}))

    assert.equal(error.code, 'rabbitmq_unreachable')
    silent.close()
  })

  it('ends with 77 when the password is wrong, and does not show it', async () => {
    const url = new URL(broker.url)
    url.password = 's3cret-but-wrong'

    const error = await refusal(connectBroker({urls: [url.toString()], name: 'intruder'}))

    assert.equal(error.code, 'rabbitmq_access_refused')
    assert.equal(error.exitCode, 77)
    assert.doesNotMatch(`${error.message} ${error.hint}`, /s3cret/)
  })

  it('ends with 77 when the virtual host is not there', async () => {
    const url = new URL(broker.url)
    url.pathname = '/no-such-vhost'

    const error = await refusal(connectBroker({urls: [url.toString()], name: 'lost'}))

    assert.equal(error.code, 'rabbitmq_vhost_refused')
    assert.equal(error.exitCode, 77)
    assert.match(error.message, /no-such-vhost/)
  })

  it('refuses what is no AMQP address', async () => {
    const error = await refusal(
      connectBroker({urls: ['http://u:s3cret@localhost', 'user:s3cret@localhost'], name: 'x'}),
    )

    assert.equal(error.code, 'rabbitmq_url_invalid')
    assert.equal(error.exitCode, 78)
    assert.equal(error.message, 'rabbitmq.urls.0, rabbitmq.urls.1: not an address that starts with amqp:// or amqps://')
  })

  it('comes back after the broker cut it off, and tells what happens', async () => {
    const connection = await connectBroker({urls: [broker.url], name: 'cut'})
    const changes: ConnectionChange[] = []
    connection.observe((change) => changes.push(change))

    await cutConnection(broker, 'cut')
    await eventually(() => changes.find(({state}) => state === 'connected'))
    await connection.close()

    assert.deepEqual(
      changes.map(({state}) => state),
      ['reconnecting', 'connected', 'closed'],
    )
    assert.match(changes[0]?.state === 'reconnecting' ? changes[0].reason : '', /CONNECTION_FORCED/)
    assert.equal(connection.state, 'closed')
  })

  it('goes on to another host when its own does not come back', async () => {
    const relay = await openRelay(Number(new URL(broker.url).port))
    const connection = await connectBroker({urls: [viaPort(broker.url, relay.port), broker.url], name: 'moving'})
    assert.equal(new URL(connection.address).port, String(relay.port))

    relay.die()
    await eventually(() =>
      connection.state === 'connected' && new URL(connection.address).port !== String(relay.port) ? true : undefined,
    )

    await connection.close()
  })

  it('tries again when the broker closes in one breath with opening', async () => {
    const hasty = await openHastyBroker(Number(new URL(broker.url).port), 1)

    const error = await refusal(connectBroker({urls: [viaPort(broker.url, hasty.port)], name: 'hasty'}))
    const connection = await connectBroker({urls: [viaPort(broker.url, hasty.port)], name: 'hasty'})
    hasty.closeNext(1)
    hasty.cut()
    await eventually(() => connection.state === 'reconnecting')
    await eventually(() => connection.state === 'connected' && hasty.closed() === 2)
    const model = await connection.opened(new AbortController().signal)
    const channel = await model?.createChannel()
    await channel?.close()

    assert.match(error.message, /closed the connection as soon as it was open/)
    assert.ok(channel)
    await connection.close()
    hasty.end()
  })

  it('can be closed while it reconnects', async () => {
    const relay = await openRelay(Number(new URL(broker.url).port))
    const connection = await connectBroker({urls: [viaPort(broker.url, relay.port)], name: 'hopeless'})

    relay.die()
    await eventually(() => (connection.state === 'reconnecting' ? true : undefined))
    await connection.close()
    await connection.close()

    assert.equal(connection.state, 'closed')
  })
})

async function refusal(connecting: Promise<unknown>): Promise<ErpSyncError> {
  const error: unknown = await connecting.then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  assert.ok(error instanceof ErpSyncError, String(error))
  return error
}

/** A port that was free a moment ago. */
async function deadUrl(): Promise<string> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const {port} = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return urlAt(port)
}

function urlAt(port: number): string {
  return `amqp://user:s3cret@127.0.0.1:${port}/vhost`
}

function viaPort(url: string, port: number): string {
  const changed = new URL(url)
  changed.hostname = '127.0.0.1'
  changed.port = String(port)
  return changed.toString()
}
