import assert from 'node:assert/strict'
import type {RfcDestination, RfcOperation} from '#lib/config/rfc-kind.js'
import type {ErpConnector, ErpDocument, SubmitOutcome} from '#lib/erp/connector.js'
import type {FaultInput} from '#lib/sandbox/erp/faults/fault.js'
import {
  documentOf,
  never,
  onlyCalls,
  orderDocument,
  ownDocument,
  ownFunction,
  type RfcSetup,
  salesOrder,
  setupRfc,
} from './rfc-setup.js'

/** Each row of the table in docs/sap.md that can be provoked, on the real addon. */
describe('submit by RFC, and what a failure means', () => {
  let rfc: RfcSetup
  let destination: RfcDestination
  before(async function () {
    rfc = await setupRfc(this)
    destination = rfc.destination({timeout: 1500})
    // The process and the interfaces are there before the first test counts milliseconds.
    await submit(salesOrder(), orderDocument('warm/1'))
    await submit(ownFunction(), ownDocument('warm/2'))
  })
  beforeEach(async () => rfc.admin.reset())
  after(async () => rfc.close())

  const opened = new Map<string, ErpConnector>()
  const connectorOf = (operation: RfcOperation): ErpConnector => {
    const key = JSON.stringify(operation)
    const connector = opened.get(key) ?? rfc.connect(operation, destination)
    opened.set(key, connector)
    return connector
  }
  const submit = async (operation: RfcOperation, document: ErpDocument, signal = never) =>
    connectorOf(operation).submit(document, signal)
  /** Submits on a connection that is there already, so that the next logon is that of the addon, behind our back. */
  const submitLoggedOn = async (operation: RfcOperation, document: ErpDocument, list: readonly FaultInput[]) => {
    const connector = rfc.connect(operation, rfc.destination({limits: {concurrency: 1, closed: []}}))
    await connector.ping(never)
    await rfc.admin.setFaults({faults: [...list, {kind: 'logon-refused'}]})
    return connector.submit(document, never)
  }
  const faults = async (...list: readonly FaultInput[]) => rfc.admin.setFaults({faults: [...list]})
  /** For that document alone: SAP may still be at work on one whose caller has left. */
  const dropOf = (reference: string) => ({kind: 'drop-after-commit', reference}) as const
  const booked = async (reference: string) => (await rfc.admin.effectOf(reference)).creates
  const explicit = async (name: string, parameters: object = {}) =>
    shown(await submit(onlyCalls(name, {commit: 'explicit'}), documentOf('x/1', parameters)))
  const internal = async (name: string, parameters: object = {}) =>
    shown(await submit(onlyCalls(name, {commit: 'internal'}), documentOf('x/1', parameters)))

  describe('while it gets a connection', () => {
    it('takes a system that is away for an outage', async () => {
      const away = rfc.connect(salesOrder(), rfc.destination())
      await faults({kind: 'unavailable', count: 9})

      const outcome = await away.submit(orderDocument('o/1'), never)

      assert.equal(shown(outcome), 'transient no rfc:COMMUNICATION_FAILURE')
    })

    it('takes a refused logon for a matter of the configuration', async () => {
      const refused = rfc.connect(salesOrder(), rfc.destination())
      await faults({kind: 'logon-refused', count: 9})

      const outcome = await refused.submit(orderDocument('o/2'), never)

      assert.equal(shown(outcome), 'config no rfc:LOGON_FAILURE')
      assert.doesNotMatch(JSON.stringify(outcome), /s3cret/)
    })

    it('has one try a logon for all, so that a wrong password does not lock the user', async () => {
      const connector = rfc.connect(salesOrder(), rfc.destination())
      await faults({kind: 'logon-refused', rate: 1})

      const outcomes = await Promise.all(
        ['o/7', 'o/8', 'o/9', 'o/10'].map(async (reference) => connector.submit(orderDocument(reference), never)),
      )

      assert.deepEqual(outcomes.map(shown), Array(4).fill('config no rfc:LOGON_FAILURE'))
      assert.equal((await rfc.admin.stats()).faults['logon-refused'], 1)
    })

    it('takes a logon that hangs for an outage, after its time', async () => {
      const hanging = rfc.connect(salesOrder(), rfc.destination({timeout: 400}))
      await hanging.prepare?.()
      await faults({kind: 'hang', method: 'OPEN', count: 9})

      const outcome = await hanging.submit(orderDocument('o/3'), never)
      await rfc.admin.clearFaults()

      assert.equal(shown(outcome), 'transient no rfc:OPEN_TIMEOUT')
    })

    it('says that a function does not exist', async () => {
      assert.equal(await explicit('Z_NOT_THERE'), 'config no rfc:abap:FU_NOT_FOUND')
    })

    it('asks for less when all connections are in use', async () => {
      const narrow = rfc.destination({timeout: 600, limits: {concurrency: 1, closed: []}})
      const connector = rfc.connect(salesOrder(), narrow)
      await connector.submit(orderDocument('o/4'), never)
      await faults({kind: 'hang', path: 'BAPI_SALESORDER_CREATEFROMDAT2'})

      const [first, second] = await Promise.all([
        connector.submit(orderDocument('o/5'), never),
        connector.submit(orderDocument('o/6'), never),
      ])

      assert.equal(shown(first), 'transient no rfc:CANCELED')
      assert.match(shown(second), /^(throttled no rfc:BUSY|done)/)
    })
  })

  describe('while a function runs that leaves the COMMIT to us', () => {
    it('tries again after a broken connection: without a COMMIT nothing was booked', async () => {
      assert.equal(await explicit('Z_SIM_DROP'), 'transient no rfc:COMMUNICATION_FAILURE')
    })

    it('tries again after a logon that failed behind our back, which hid the broken connection', async () => {
      const outcome = await submitLoggedOn(onlyCalls('Z_SIM_DROP', {commit: 'explicit'}), documentOf('x/1', {}), [])

      assert.equal(shown(outcome), 'transient no rfc:LOGON_FAILURE')
    })

    it('cancels a call that takes too long, and no COMMIT follows', async () => {
      await faults({kind: 'hang', path: 'BAPI_SALESORDER_CREATEFROMDAT2'})

      const outcome = await submit(salesOrder(), orderDocument('e/1'))

      assert.equal(shown(outcome), 'transient no rfc:CANCELED')
      assert.equal(await booked('e/1'), 0)
    })

    it('never commits for a caller who has given up meanwhile', async () => {
      await faults({kind: 'latency', ms: 300, path: 'BAPI_SALESORDER_CREATEFROMDAT2'})

      const outcome = await submit(salesOrder(), orderDocument('e/2'), AbortSignal.timeout(150))
      const next = await submit(salesOrder(), orderDocument('e/3'))

      assert.equal(shown(outcome), 'transient no rfc:ABORTED')
      assert.equal(shown(next), 'done')
      assert.deepEqual([await booked('e/2'), await booked('e/3')], [0, 1])
    })

    it('tries again three times after a dump for want of resources, and twice after another', async () => {
      // Not at the reset that the connection of the test before may still be waiting for.
      const path = 'BAPI_SALESORDER_CREATEFROMDAT2'
      await faults(
        {kind: 'dump', key: 'TSV_TNEW_PAGE_ALLOC_FAILED', path},
        {kind: 'dump', key: 'COMPUTE_INT_ZERODIVIDE', path},
      )

      const outcomes = [
        await submit(salesOrder(), orderDocument('e/4')),
        await submit(salesOrder(), orderDocument('e/5')),
      ]

      assert.deepEqual(outcomes.map(shown), [
        'transient no rfc:abap:TSV_TNEW_PAGE_ALLOC_FAILED, at most 3',
        'transient no rfc:abap:COMPUTE_INT_ZERODIVIDE, at most 2',
      ])
    })

    it('goes by the class and number of a message that was not caught', async () => {
      const steps = [{function: 'RFC_RAISE_ERROR', parameters: 'unused'}]
      const ruled = onlyCalls('', {steps, commit: 'explicit', messages: [{code: 'SR/006', class: 'conflict'}]})

      const outcome = await submit(ruled, documentOf('x/2', {METHOD: '0', MESSAGETYPE: 'E'}))

      assert.equal(await explicit('RFC_RAISE_ERROR', {METHOD: '0', MESSAGETYPE: 'E'}), 'permanent no sap:SR/006')
      assert.equal(shown(outcome), 'conflict no sap:SR/006')
    })

    it('takes a message of type X for a dump', async () => {
      const outcome = await explicit('RFC_RAISE_ERROR', {METHOD: '0', MESSAGETYPE: 'X'})

      assert.equal(outcome, 'transient no sap:00/341, at most 2')
    })

    it('gives up on an exception that no table knows', async () => {
      assert.equal(await explicit('RFC_RAISE_ERROR', {METHOD: '2'}), 'permanent no rfc:abap:RAISE_EXCEPTION')
    })

    it('gives up on an answer that cannot be read', async () => {
      assert.equal(await explicit('Z_SIM_BADREPLY'), 'permanent no rfc:SERIALIZATION_FAILURE')
    })

    it('rolls back what a function returns as an error, and goes by its class and number', async () => {
      const lock: FaultInput = {kind: 'lock'}
      const known: FaultInput = {kind: 'business-error', code: 'F5/814', text: 'No company code'}
      const unknown: FaultInput = {kind: 'business-error', code: 'ZZ/007', text: 'Not today'}
      await faults(lock, known, unknown)

      const outcomes = []
      for (const reference of ['e/6', 'e/7', 'e/8']) {
        outcomes.push(shown(await submit(salesOrder(), orderDocument(reference))))
      }

      assert.deepEqual(outcomes, ['transient no sap:V1/042', 'permanent no sap:F5/814', 'permanent no sap:ZZ/007'])
      assert.deepEqual(await Promise.all(['e/6', 'e/7', 'e/8'].map(booked)), [0, 0, 0])
    })
  })

  describe('while a function runs that may commit by itself', () => {
    it('is in doubt after a broken connection, whether it had committed or not', async () => {
      await faults({kind: 'drop-before-commit'}, {kind: 'drop-after-commit'})

      const outcomes = [
        await submit(ownFunction(), ownDocument('i/1')),
        await submit(ownFunction(), ownDocument('i/2')),
      ]

      assert.deepEqual(outcomes.map(shown), Array(2).fill('in_doubt unknown rfc:COMMUNICATION_FAILURE'))
      assert.deepEqual([await booked('i/1'), await booked('i/2')], [0, 1])
    })

    it('is in doubt though what failed in the end was a logon', async () => {
      const outcome = await submitLoggedOn(ownFunction(), ownDocument('i/3'), [dropOf('i/3')])

      assert.equal(shown(outcome), 'in_doubt unknown rfc:LOGON_FAILURE')
      assert.equal(await booked('i/3'), 1)
    })

    it('is in doubt after a dump, a call that took too long, and an answer that cannot be read', async () => {
      await faults({kind: 'dump', key: 'TIME_OUT'}, {kind: 'hang', path: 'Z_ERPSYNC_ORDER_CREATE'})

      const outcomes = [
        await submit(ownFunction(), ownDocument('i/4')),
        await submit(ownFunction(), ownDocument('i/5')),
      ]

      assert.deepEqual(outcomes.map(shown), ['in_doubt unknown rfc:abap:TIME_OUT', 'in_doubt unknown rfc:CANCELED'])
      assert.equal(await internal('Z_SIM_BADREPLY'), 'in_doubt unknown rfc:SERIALIZATION_FAILURE')
    })

    it('is in doubt for a caller who gives up', async () => {
      await faults({kind: 'latency', ms: 300, path: 'Z_ERPSYNC_ORDER_CREATE'})

      const outcome = await submit(ownFunction(), ownDocument('i/6'), AbortSignal.timeout(150))

      assert.equal(shown(outcome), 'in_doubt unknown rfc:ABORTED')
    })

    it('believes a refusal in what it returns', async () => {
      await faults({kind: 'lock'})

      assert.equal(shown(await submit(ownFunction(), ownDocument('i/7'))), 'transient no sap:V1/042')
    })
  })

  describe('while it commits', () => {
    it('is in doubt after a broken connection, whether it was booked or not', async () => {
      await faults({kind: 'drop-before-commit'}, {kind: 'drop-after-commit'})

      const outcomes = [
        await submit(salesOrder(), orderDocument('c/1')),
        await submit(salesOrder(), orderDocument('c/2')),
      ]

      assert.deepEqual(outcomes.map(shown), Array(2).fill('in_doubt unknown rfc:COMMUNICATION_FAILURE'))
      assert.deepEqual([await booked('c/1'), await booked('c/2')], [0, 1])
    })

    it('is in doubt though what failed in the end was a logon', async () => {
      const outcome = await submitLoggedOn(salesOrder(), orderDocument('c/3'), [dropOf('c/3')])

      assert.equal(shown(outcome), 'in_doubt unknown rfc:LOGON_FAILURE')
      assert.equal(await booked('c/3'), 1)
    })

    it('is in doubt after a COMMIT that took too long, and for a caller who gave up', async () => {
      const path = 'BAPI_TRANSACTION_COMMIT'
      await faults({kind: 'hang', path}, {kind: 'latency', ms: 400, path})

      const late = await submit(salesOrder(), orderDocument('c/4'))
      await faults({kind: 'latency', ms: 400, path})
      const given = await submit(salesOrder(), orderDocument('c/5'), AbortSignal.timeout(200))

      assert.deepEqual([late, given].map(shown), ['in_doubt unknown rfc:CANCELED', 'in_doubt unknown rfc:ABORTED'])
    })

    it('is in doubt after a dump', async () => {
      await faults({kind: 'dump', path: 'BAPI_TRANSACTION_COMMIT'})

      assert.equal(shown(await submit(salesOrder(), orderDocument('c/6'))), 'in_doubt unknown rfc:abap:TIME_OUT')
    })

    it('tries twice what the update refused, and doubts an error that it does not know', async () => {
      const path = 'BAPI_TRANSACTION_COMMIT'
      const method = 'INVOKE'
      await faults(
        {kind: 'business-error', code: 'S&/101', text: 'Posting could not be carried out', path, method},
        {kind: 'business-error', code: 'ZZ/008', text: 'Something', path, method},
      )

      const outcomes = [
        await submit(salesOrder(), orderDocument('c/7')),
        await submit(salesOrder(), orderDocument('c/8')),
      ]

      assert.deepEqual(outcomes.map(shown), ['transient no sap:S&/101, at most 2', 'in_doubt unknown sap:ZZ/008'])
    })
  })

  describe('while it looks something up', () => {
    it('never leaves a doubt', async () => {
      const connector = connectorOf(salesOrder())
      const document = orderDocument('r/1')
      const path = 'RFC_READ_TABLE'
      const kinds = []
      for (const fault of [
        {kind: 'drop-before-commit', path, method: 'INVOKE'},
        {kind: 'hang', path},
        {kind: 'dump', path},
      ] as const) {
        await faults(fault)
        kinds.push(shown(await connector.probe(document, never)))
      }

      assert.deepEqual(kinds, [
        'transient no rfc:COMMUNICATION_FAILURE',
        'transient no rfc:CANCELED',
        'transient no rfc:abap:TIME_OUT, at most 3',
      ])
      assert.deepEqual(await connector.probe(document, never), {kind: 'absent'})
    })
  })
})

function shown(outcome: SubmitOutcome | Awaited<ReturnType<ErpConnector['probe']>>): string {
  if (outcome.kind !== 'failed') return outcome.kind
  const {class: kind, executed, code, mostAttempts} = outcome.failure
  return `${kind} ${executed} ${code}${mostAttempts === undefined ? '' : `, at most ${mostAttempts}`}`
}
