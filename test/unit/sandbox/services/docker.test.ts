import assert from 'node:assert/strict'
import {runContainer} from '#lib/sandbox/services/docker.js'

describe('runContainer', () => {
  it('publishes on loopback only, keeps the host name, and hides the password from the command line', () => {
    const launch = runContainer('rabbitmq', {
      kind: 'container',
      image: 'rabbitmq:4-management',
      name: 'erpsync-sandbox-rabbitmq-1a2b',
      ports: {amqp: 21_001, management: 21_002, prometheus: 21_003, distribution: 21_004, epmd: 21_005},
      addresses: {ERPSYNC_RABBITMQ_URL: 'amqp://erpsync:secret@127.0.0.1:21001/'},
    })

    assert.equal(
      [launch.command, ...launch.args].join(' '),
      'docker run --detach --name erpsync-sandbox-rabbitmq-1a2b --hostname erpsync-sandbox-rabbitmq-1a2b' +
        ' --publish 127.0.0.1:21001:5672 --publish 127.0.0.1:21002:15672 --publish 127.0.0.1:21003:15692' +
        ' --env RABBITMQ_DEFAULT_USER --env RABBITMQ_DEFAULT_PASS rabbitmq:4-management',
    )
    assert.deepEqual(launch.env, {RABBITMQ_DEFAULT_USER: 'erpsync', RABBITMQ_DEFAULT_PASS: 'secret'})
  })
})
