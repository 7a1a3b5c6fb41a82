import assert from 'node:assert/strict'
import {callsOf} from '#lib/delivery/calls-of.js'
import {signOf} from '#lib/delivery/sign.js'
import type {ErpConnector} from '#lib/erp/connector.js'
import {openNullConnector} from '#lib/erp/null-connector.js'

const never = new AbortController().signal
const document = {reference: 'A', body: {}}

describe('callsOf', () => {
  const connector: ErpConnector = openNullConnector({kind: 'null', latency: 0} as Parameters<
    typeof openNullConnector
  >[0])
  // As in a flow that sends batches.
  const submit: ErpConnector['submit'] = async () => ({kind: 'done', documentNumber: 'of the batch'})

  it('sends what is new as the flow sends', async () => {
    const {submit: send, probe} = callsOf({connector, submit}, 'sync')

    assert.deepEqual(await send(document, never), {kind: 'done', documentNumber: 'of the batch'})
    assert.equal(probe, connector.probe)
  })

  it('amends what a resync brings, in no batch', async () => {
    const amended = {kind: 'done', documentNumber: 'amended'} as const
    const {submit: send} = callsOf({connector: {...connector, amend: async () => amended}, submit}, 'resync')

    assert.deepEqual(await send(document, never), amended)
  })

  it('gives up a resync that cannot be amended, and takes that for no sign of SAP', async () => {
    const {submit: send, probe} = callsOf({connector: {...connector, amend: undefined!}, submit}, 'resync')

    const [sent, asked] = [await send(document, never), await probe(document, never)]

    assert.ok(sent.kind === 'failed' && asked.kind === 'failed')
    assert.deepEqual([sent.failure.class, sent.failure.code], ['permanent', 'amend:not_possible'])
    assert.deepEqual([asked.failure.class, asked.failure.code], ['in_doubt', 'amend:not_comparable'])
    assert.deepEqual([signOf(sent), signOf(asked)], [{kind: 'nothing'}, {kind: 'nothing'}])
  })
})
