import assert from 'node:assert/strict'
import {grantsSql, inboxComment, installScript, versionOf} from '#lib/intake/inbox/table-sql.js'

describe('versionOf', () => {
  it('reads the version from the comment of an inbox, and none from another', () => {
    const comments = [inboxComment(7), null, '', 'orders', 'erpsync inbox, version ', 'erpsync inbox, version 1, ours']

    assert.deepEqual(comments.map(versionOf), [7, undefined, undefined, undefined, undefined, undefined])
  })
})

describe('grantsSql', () => {
  it('names roles so that no name can be more than a name', () => {
    const lines = grantsSql({insert: 'shop"; drop table orders; --', take: null}).trimEnd().split('\n')

    assert.deepEqual(lines, [
      'grant insert (id, flow, document) on public.erpsync_inbox to "shop""; drop table orders; --";',
      'grant select (id, seq, flow, inserted_at, taken_at, outcome, message_id, problems) on public.erpsync_inbox to "shop""; drop table orders; --";',
    ])
  })

  it('gives nothing to nobody', () => {
    assert.equal(grantsSql({insert: null, take: null}), '')
  })
})

describe('installScript', () => {
  it('is one transaction', () => {
    const script = installScript({insert: 'shop', take: 'erpsync'})

    assert.match(script, /^begin;\n/)
    assert.match(script, /\ncommit;\n$/)
    assert.equal(script.match(/\b(?:begin|commit);/g)?.length, 2)
  })
})
