import assert from 'node:assert/strict'
import {type ChildProcess, spawn} from 'node:child_process'
import {once} from 'node:events'
import {access, stat} from 'node:fs/promises'
import {join} from 'node:path'
import {fileURLToPath} from 'node:url'
import type {SubmitOutcome} from '#lib/erp/connector.js'
import {commandLine, rfcPids} from '../../../support/child-processes.js'
import {eventually} from '../../../support/eventually.js'
import {never, orderDocument, ownDocument, ownFunction, type RfcSetup, salesOrder, setupRfc} from './rfc-setup.js'

describe('the process with SAP’s library', () => {
  let rfc: RfcSetup
  before(async function () {
    rfc = await setupRfc(this)
  })
  afterEach(async () => rfc.admin.reset())
  after(async () => rfc.close())

  /** Opens a connector with a process of its own, and gives its id. */
  const start = async (...[operation, destination]: Parameters<RfcSetup['connect']>) => {
    const before = await rfcPids()
    const connector = rfc.connect(operation, destination)
    await connector.prepare?.()
    const pid = (await rfcPids()).find((each) => !before.includes(each))
    return {connector, pid: pid ?? assert.fail('no process was started')}
  }

  it('is one for all flows of a destination, and ends with the last of them', async () => {
    const destination = rfc.destination()
    const {connector, pid} = await start(salesOrder(), destination)
    const other = rfc.connect(ownFunction(), destination)
    await other.prepare?.()
    const [, , folder] = await commandLine(pid)
    await access(join(folder, '_noderfc.log'))

    await connector.close()
    const outcome = await other.submit(ownDocument('p/1'), never)
    await other.close()

    assert.equal(outcome.kind, 'done')
    assert.equal(await isRunning(pid), false)
    await assert.rejects(access(folder), {code: 'ENOENT'})
  })

  it('shows the password neither in its arguments nor in its environment', async () => {
    const {connector, pid} = await start(salesOrder(), rfc.destination())
    await connector.ping(never)

    const [command, environment] = await commandLine(pid)

    assert.match(command, /child\/main\.js/)
    assert.match(environment, new RegExp(`LD_LIBRARY_PATH=${rfc.sdk.library}`))
    assert.match(environment, /UV_THREADPOOL_SIZE=8\0/)
    assert.doesNotMatch(command + environment, /s3cret/)
  })

  it('starts anew when it has ended, and nothing is lost by it', async () => {
    const {connector, pid} = await start(salesOrder(), rfc.destination())

    process.kill(pid, 'SIGKILL')
    await eventually(async () => !(await isRunning(pid)))
    const outcomes = [
      await connector.submit(orderDocument('p/2'), never),
      await connector.submit(orderDocument('p/2'), never),
    ]

    assert.equal(outcomes.at(-1)?.kind, 'done')
    assert.equal((await rfc.admin.effectOf('p/2')).creates, outcomes.filter(({kind}) => kind === 'done').length)
  })

  it('takes its calls with it: in doubt if SAP may have booked, else to be tried again', async () => {
    const destination = rfc.destination()
    const {connector, pid} = await start(salesOrder(), destination)
    const own = rfc.connect(ownFunction(), destination)
    await Promise.all([connector.submit(orderDocument('p/3'), never), own.submit(ownDocument('p/4'), never)])
    await rfc.admin.setFaults({
      faults: [
        {kind: 'hang', path: 'BAPI_SALESORDER_CREATEFROMDAT2'},
        {kind: 'hang', path: 'BAPI_TRANSACTION_COMMIT'},
        {kind: 'hang', path: 'Z_ERPSYNC_ORDER_CREATE'},
      ],
    })

    const beforeCommit = connector.submit(orderDocument('p/5'), never)
    await eventually(async () => (await rfc.admin.stats()).faults.hang === 1)
    const atCommit = connector.submit(orderDocument('p/6'), never)
    const itself = own.submit(ownDocument('p/7'), never)
    await eventually(async () => (await rfc.admin.stats()).faults.hang === 3)
    process.kill(pid, 'SIGKILL')

    assert.deepEqual((await Promise.all([beforeCommit, atCommit, itself])).map(shown), [
      'transient no rfc:PROCESS_ENDED',
      'in_doubt unknown rfc:PROCESS_ENDED',
      'in_doubt unknown rfc:PROCESS_ENDED',
    ])
  })

  it('is ended when a call outlives its time and the patience after it', async () => {
    const {connector, pid} = await start(ownFunction(), rfc.destination({timeout: 300}))
    await connector.submit(ownDocument('p/8'), never)
    // Cancelling closes the connection, but the addon then logs on anew, and that hangs.
    await rfc.admin.setFaults({
      faults: [
        {kind: 'hang', path: 'Z_ERPSYNC'},
        {kind: 'hang', method: 'OPEN', count: 9},
      ],
    })

    const outcome = await connector.submit(ownDocument('p/9'), never)
    await rfc.admin.clearFaults()

    assert.equal(shown(outcome), 'in_doubt unknown rfc:PROCESS_ENDED')
    assert.equal(await isRunning(pid), false)
  }).timeout(20_000)

  it('answers a caller at once who gives up, whatever SAP does', async () => {
    const {connector} = await start(salesOrder(), rfc.destination())
    await connector.submit(orderDocument('p/10'), never)
    await rfc.admin.setFaults({faults: [{kind: 'hang', path: 'BAPI_TRANSACTION_COMMIT'}]})
    const giveUp = new AbortController()

    const submitting = connector.submit(orderDocument('p/11'), giveUp.signal)
    await eventually(async () => (await rfc.admin.stats()).faults.hang === 1)
    const startedMs = performance.now()
    giveUp.abort()
    const outcome = await submitting

    assert.equal(shown(outcome), 'in_doubt unknown rfc:ABORTED')
    assert.ok(performance.now() - startedMs < 100)
  })

  it('begins nothing for a caller who has given up', async () => {
    const {connector} = await start(ownFunction(), rfc.destination())

    const outcome = await connector.submit(ownDocument('p/12'), AbortSignal.abort())

    assert.equal(outcome.kind === 'failed' && outcome.failure.executed, 'no')
    assert.equal((await rfc.admin.effectOf('p/12')).creates, 0)
  })

  it('runs where nothing can be written', async () => {
    const before = process.env.TMPDIR
    process.env.TMPDIR = join(rfc.folder, 'not-there')
    try {
      const {connector, pid} = await start(salesOrder(), rfc.destination())

      assert.equal('failure' in (await connector.ping(never)), false)
      assert.equal((await commandLine(pid))[2], '/proc')
    } finally {
      if (before === undefined) delete process.env.TMPDIR
      else process.env.TMPDIR = before
    }
  })

  it('is started another time where the system refused a process', async () => {
    const connector = rfc.connect(salesOrder(), rfc.destination())
    process.env.ERPSYNC_TOO_LONG = 'x'.repeat(200_000)
    try {
      const refused = await connector.submit(orderDocument('p/14'), never)
      delete process.env.ERPSYNC_TOO_LONG
      const next = await connector.submit(orderDocument('p/14'), never)

      assert.deepEqual([refused, next].map(shown), ['transient no rfc:PROCESS_ENDED', 'done'])
    } finally {
      delete process.env.ERPSYNC_TOO_LONG
    }
  })

  it('ends with the process that started it, in the middle of a call', async () => {
    await rfc.admin.setFaults({
      faults: [
        {kind: 'hang', path: 'RFC_PING'},
        {kind: 'hang', method: 'PING'},
      ],
    })
    const parent = spawn(process.execPath, [parentScript, JSON.stringify(rfc.destination())], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const [line] = (await once(parent.stdout, 'data')) as [Buffer]
    const pid = Number(line.toString().trim())
    assert.ok(await isRunning(pid))

    await kill(parent)

    await eventually(async () => !(await isRunning(pid)))
  })

  it('leaves SIGTERM and SIGINT to its parent, as a service manager sends them to both', async () => {
    const {connector, pid} = await start(salesOrder(), rfc.destination())
    await rfc.admin.setFaults({faults: [{kind: 'latency', ms: 300, path: 'BAPI_SALESORDER'}]})

    const submitting = connector.submit(orderDocument('p/13'), never)
    process.kill(pid, 'SIGTERM')
    process.kill(pid, 'SIGINT')

    assert.equal((await submitting).kind, 'done')
  })

  it('says which file is missing, and where to get it', async () => {
    const noLibrary = rfc.connect(salesOrder(), rfc.destination({sdk: {module: rfc.sdk.module, library: '/nowhere'}}))
    const noModule = rfc.connect(salesOrder(), rfc.destination({sdk: {module: rfc.folder}}))

    const [library, module] = [await noLibrary.prepare?.(), await noModule.prepare?.()]

    assert.deepEqual([library?.class, library?.code, module?.code], ['config', 'rfc:SDK_MISSING', 'rfc:MODULE_MISSING'])
    assert.match(library?.text ?? '', /libsap\w+\.so.*SAP NW RFC SDK 7\.50.*support portal/)
    assert.match(module?.text ?? '', /npm install --ignore-scripts node-rfc/)
  })
})

async function isRunning(pid: number): Promise<boolean> {
  try {
    await stat(`/proc/${pid}`)
    return (await commandLine(pid))[0] !== ''
  } catch {
    return false
  }
}

async function kill(child: ChildProcess): Promise<void> {
  const ended = once(child, 'exit')
  child.kill('SIGKILL')
  await ended
}

function shown(outcome: SubmitOutcome): string {
  if (outcome.kind !== 'failed') return outcome.kind
  const {class: kind, executed, code} = outcome.failure
  return `${kind} ${executed} ${code}`
}

const parentScript = fileURLToPath(new URL('./rfc-parent.js', import.meta.url))
