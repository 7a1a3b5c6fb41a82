import assert from 'node:assert/strict'
import {UnitOfWork} from '#lib/sandbox/erp/rfc/unit-of-work.js'
import {changeBusinessPartner} from '#lib/sandbox/erp/world/business-partners.js'
import {createWorld, type WorldTransaction} from '#lib/sandbox/erp/world/world.js'

const rename = (name: string) => (tx: WorldTransaction) =>
  void changeBusinessPartner(tx, ['100001'], {OrganizationBPName1: name})

describe('UnitOfWork', () => {
  it('books all of it or nothing, and forgets it either way', () => {
    const [world, work] = [createWorld(), new UnitOfWork()]
    work.add(world, {}, rename('One'))
    work.add(world, {}, () => {
      throw new Error('update terminated')
    })

    assert.throws(() => work.commit(), /update terminated/)
    work.commit()

    assert.deepEqual([world.effects.names().get('100001'), work.isEmpty], [undefined, true])
  })

  it('knows what its calls were given, until they are booked', () => {
    const [world, work] = [createWorld(), new UnitOfWork()]

    work.add(world, {A: '1'}, rename('One'))
    work.add(world, {B: '2'}, rename('Two'))
    const input = work.input
    work.commit()

    assert.deepEqual([input, work.input], ['{"A":"1"}\n{"B":"2"}', ''])
    assert.deepEqual(world.effects.names().get('100001'), ['One', 'Two'])
  })

  it('never books in one world what was registered in another', () => {
    const [former, present, work] = [createWorld(), createWorld(), new UnitOfWork()]
    work.add(former, {}, rename('Former'))

    work.add(present, {}, rename('Present'))
    work.commit()

    assert.deepEqual([former.effects.names().size, present.effects.names().get('100001')], [0, ['Present']])
  })
})
