import assert from 'node:assert/strict'
import {orderings} from '#lib/kernel/ordering.js'
import {eventually} from '../../support/eventually.js'
import {openOrderedFlow, type OrderedFlow} from '../../support/ordered-flow.js'

for (const ordering of orderings) {
  describe(`a resync of what messages change, in a flow of order ${ordering}`, function () {
    this.timeout(60_000)
    let flow: OrderedFlow
    before(async () => {
      flow = await openOrderedFlow(ordering)
    })
    after(async () => flow.close())

    const workOff = async () => {
      const worker = flow.startWorker()
      await eventually(
        async () => {
          const {rows} = await flow.database.query(
            `select from erpsync.message where phase not in ('over', 'dead') limit 1`,
          )
          return rows.length === 0
        },
        {timeoutMs: 20_000},
      )
      await worker.stop()
    }
    const names = async (partnerId: string) => (await flow.admin.names()).get(partnerId)
    const stateOf = async (key: string, intent: string) => {
      const {rows} = await flow.database.query<{state: string; code: string | null}>(
        `select m.state, l.code
           from erpsync.message m
           left join erpsync.dead_letter l on l.message_id = m.id
          where m.business_key = $1 and m.intent = $2
          order by m.seq desc`,
        [key, intent],
      )
      return rows[0]
    }

    it('brings the object back to its state', async () => {
      await flow.accept([{partnerId: 'BACK', version: 1}])
      await workOff()
      await flow.admin.changePartner('BACK', {OrganizationBPName1: 'drifted'})

      const [verdict] = await flow.resync('one', [{partnerId: 'BACK', version: 1}])
      await workOff()

      assert.equal(verdict?.kind, 'accepted')
      assert.deepEqual(await stateOf('BACK', 'resync'), {state: 'synced', code: null})
      assert.deepEqual(await names('BACK'), ['1', '1'])
    })

    it('never undoes a later state that came in before it was sent', async () => {
      await flow.accept([{partnerId: 'LATE', version: 1}])
      await workOff()
      await flow.resync('one', [{partnerId: 'LATE', version: 1}])
      await flow.accept([{partnerId: 'LATE', version: 2}])

      await workOff()

      const wanted = {
        none: {state: 'dead', code: 'amend:overtaken'},
        latest: {state: 'superseded', code: null},
        strict: {state: 'synced', code: null},
      }
      assert.deepEqual(await stateOf('LATE', 'resync'), wanted[ordering])
      assert.deepEqual(await names('LATE'), ['1', '2'])
    })
  })
}
