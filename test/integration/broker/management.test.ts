import assert from 'node:assert/strict'
import {openDeclarer} from '#lib/broker/declarer.js'
import {openManagement} from '#lib/broker/management.js'
import {freshVhost} from '../../support/fresh-vhost.js'

describe('openManagement', function () {
  this.timeout(30_000)

  it('shows queues, exchanges and bindings of one virtual host', async () => {
    const broker = await freshVhost()
    const declarer = await openDeclarer([broker.url], 'setup')
    await declarer.declareExchange('x', 'direct', {})
    await declarer.declareQueue('q', {'x-queue-type': 'quorum', 'x-message-ttl': 1000})
    await declarer.bind('q', 'x', 'key')
    await declarer.close()
    const management = openManagement(broker.managementUrl)

    const overview = await management.overview()
    const queues = await management.queues(broker.vhost)
    const exchanges = await management.exchanges(broker.vhost)
    const bindings = await management.bindings(broker.vhost)
    await broker.drop()

    assert.ok(overview.kind === 'answered' && /^\d+\.\d+/.test(overview.value.version))
    assert.ok(queues.kind === 'answered' && exchanges.kind === 'answered' && bindings.kind === 'answered')
    assert.deepEqual(
      queues.value.map(({name, type, durable, arguments: args, ready, deadLettering}) => ({
        name,
        type,
        durable,
        args,
        ready,
        deadLettering,
      })),
      [
        {
          name: 'q',
          type: 'quorum',
          durable: true,
          args: {'x-queue-type': 'quorum', 'x-message-ttl': 1000},
          ready: 0,
          deadLettering: 0,
        },
      ],
    )
    assert.deepEqual(
      exchanges.value.filter(({name}) => name === 'x'),
      [{name: 'x', type: 'direct', durable: true, arguments: {}}],
    )
    assert.deepEqual(
      bindings.value.filter(({exchange}) => exchange === 'x'),
      [{exchange: 'x', destination: 'q', destinationType: 'queue', routingKey: 'key'}],
    )
  })

  it('says why it cannot answer, and hides the password', async () => {
    const broker = await freshVhost()
    const wrongPassword = new URL(broker.managementUrl)
    wrongPassword.password = 's3cret'
    await broker.drop()

    const answers = [
      await openManagement('http://u:s3cret@127.0.0.1:1').overview(),
      await openManagement(wrongPassword.toString()).overview(),
      await openManagement(broker.managementUrl).queues(broker.vhost),
      await openManagement('no url: s3cret').overview(),
    ]

    const reasons = answers.map((answer) => (answer.kind === 'unavailable' ? answer.reason : 'answered'))
    assert.doesNotMatch(reasons.join(), /s3cret/)
    assert.match(reasons[0] ?? '', /cannot be reached: /)
    assert.match(reasons[1] ?? '', /401: it refuses the user or password/)
    assert.match(reasons[2] ?? '', /404: there is no such virtual host/)
    assert.equal(reasons[3], 'its address is not a URL')
  })
})
