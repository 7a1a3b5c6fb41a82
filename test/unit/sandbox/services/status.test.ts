import assert from 'node:assert/strict'
import {maskAddresses} from '#lib/sandbox/services/status.js'

describe('maskAddresses', () => {
  it('shows addresses and users, but no password', () => {
    const masked = maskAddresses({
      ERPSYNC_ERP_URL: 'http://127.0.0.1:4010',
      ERPSYNC_ERP_USER: 'erpsync',
      ERPSYNC_ERP_PASSWORD: 'secret',
      ERPSYNC_RABBITMQ_URL: 'amqp://erpsync:secret@127.0.0.1:5672/',
    })

    assert.deepEqual(masked, {
      ERPSYNC_ERP_URL: 'http://127.0.0.1:4010/',
      ERPSYNC_ERP_USER: 'erpsync',
      ERPSYNC_ERP_PASSWORD: '***',
      ERPSYNC_RABBITMQ_URL: 'amqp://erpsync:***@127.0.0.1:5672/',
    })
  })
})
