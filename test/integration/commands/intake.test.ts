import assert from 'node:assert/strict'
import {exitCodes} from '#lib/kernel/exit-codes.js'
import {eventually} from '../../support/eventually.js'
import {type InboxStage, openInboxStage} from '../../support/inbox-stage.js'
import {order} from '../../support/orders.js'

describe('erpsync intake', function () {
  this.timeout(60_000)
  let stage: InboxStage
  beforeEach(async () => {
    stage = await openInboxStage()
  })
  afterEach(async () => stage.close())

  it('takes a row that was inserted, marks it, and ends in good order (143)', async () => {
    const installed = await stage.erpsync(['intake', 'install', 'shop'])
    const intake = stage.start()
    const [id] = await stage.insert('sales-order', order('ONE'))

    await eventually(async () => (await stage.waiting()) === 0)
    const {code} = await intake.stop('SIGTERM')

    const messages = await stage.messages()
    assert.equal(installed.code, exitCodes.ok)
    assert.match(installed.stdout, /is ready \(version 1\)/)
    assert.deepEqual(
      messages.map(({identity}) => identity),
      ['ONE@1'],
    )
    assert.deepEqual(await stage.rows(), [
      {
        id,
        flow: 'sales-order',
        taken: true,
        outcome: 'accepted',
        message_id: messages[0]?.id,
        problems: null,
      },
    ])
    assert.equal(code, exitCodes.terminated)
  })
})
