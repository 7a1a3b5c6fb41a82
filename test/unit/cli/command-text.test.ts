import assert from 'node:assert/strict'
import {commandText} from '#cli/command-text.js'

describe('commandText', () => {
  it('is what was typed, quoted, with passwords masked', () => {
    const args = ['push', 'sales-order', 'out box/*.csv', '--database=postgres://shop:secret@db/shop', '--cron']

    assert.equal(
      commandText([...args, 'amqp://u:p@mq']),
      "erpsync push sales-order 'out box/*.csv' '--database=postgres://shop:***@db/shop' --cron 'amqp://u:***@mq'",
    )
  })
})
