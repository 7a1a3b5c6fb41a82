import assert from 'node:assert/strict'
import {givenAddresses} from '#lib/sandbox/services/facts.js'

describe('givenAddresses', () => {
  it('finds nothing while the main address is missing or empty', () => {
    assert.equal(givenAddresses('postgres', {}), undefined)
    assert.equal(
      givenAddresses('rabbitmq', {ERPSYNC_RABBITMQ_URL: '', ERPSYNC_RABBITMQ_MANAGEMENT_URL: 'x'}),
      undefined,
    )
  })

  it('takes along what else is known of the service, and nothing of others', () => {
    const env = {
      ERPSYNC_RABBITMQ_URL: 'amqp://broker.example.com/',
      ERPSYNC_RABBITMQ_MANAGEMENT_URL: 'http://broker.example.com:15672',
      ERPSYNC_POSTGRES_URL: 'postgres://db.example.com/erpsync',
      PATH: '/usr/bin',
    }

    assert.deepEqual(givenAddresses('rabbitmq', env), {
      ERPSYNC_RABBITMQ_URL: 'amqp://broker.example.com/',
      ERPSYNC_RABBITMQ_MANAGEMENT_URL: 'http://broker.example.com:15672',
    })
  })
})
