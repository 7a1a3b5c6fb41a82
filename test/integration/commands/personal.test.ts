import assert from 'node:assert/strict'
import {mkdtemp, readFile, rm, stat, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {publishRaw} from '../../support/amqp.js'
import {eventually} from '../../support/eventually.js'
import {order} from '../../support/orders.js'
import {openPipeline, type Pipeline, type TestWorker} from '../../support/pipeline.js'
import {type CliResult, runCli} from '../../support/run-cli.js'

const personal = {'x-personal': true}
const email = 'ada.lovelace@example.com'
/** SAP does not know it, and says so by name. */
const customerId = 'USCU_X99'
const document = order('PERSON-1', {customerId, contact: {email, phones: ['+49 30 123456']}})

describe('personal data', function () {
  this.timeout(120_000)
  let pipeline: Pipeline
  let worker: TestWorker
  let folder: string
  let letterId: string
  let messageId: string
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'erpsync-personal-'))
    pipeline = await openPipeline({
      schema: {
        type: 'object',
        required: ['orderId', 'revision', 'items'],
        properties: {
          customerId: personal,
          orderedAt: personal,
          contact: {properties: {email: personal, phones: {items: personal}}},
        },
      },
    })
    worker = await pipeline.startWorker()
    await pipeline.push(document)
    await eventually(async () => (await letters()).length === 1, {timeoutMs: 30_000})
    letterId = (await letters())[0]?.id ?? ''
    messageId = (await letters())[0]?.message_id ?? ''
  })
  after(async () => {
    await worker.stop()
    await pipeline.close()
    await rm(folder, {recursive: true, force: true})
  })

  const letters = async () => {
    const {rows} = await pipeline.database.query<{
      id: string
      message_id: string | null
      text: string
      headers: object
    }>('select id, message_id, text, headers from erpsync.dead_letter order by seq')
    return rows
  }
  const erpsync = async (...args: readonly string[]) =>
    runCli([...args, '--config', pipeline.configPath], {env: {ERPSYNC_ACTOR: 'ada'}})
  const entries = async () => {
    const {rows} = await pipeline.database.query(
      'select actor, command, action, flow, message_id, letter_id, reason, ticket from erpsync.trail order by seq',
    )
    return rows
  }
  const tellsNothing = ({stdout, stderr}: CliResult) => {
    for (const value of [email, customerId, '+49 30 123456', '123456']) {
      assert.ok(!`${stdout}${stderr}`.toLowerCase().includes(value.toLowerCase()), `${value}: ${stdout}${stderr}`)
    }
  }

  it('is masked in what the commands show of a letter and its message', async () => {
    const shown = await erpsync('dlq', 'show', letterId)
    for (const args of [
      ['dlq', 'list'],
      ['dlq', 'list', '--json'],
      ['dlq', 'groups'],
      ['dlq', 'groups', '--json'],
      ['dlq', 'show', letterId, '--json'],
      ['dlq', 'replay', '--all', '--dry-run', '--json'],
      ['message', 'show', messageId],
      ['message', 'show', '--key', 'PERSON-1', '--json'],
      ['key', 'show', 'sales-order', 'PERSON-1', '--json'],
    ]) {
      const result = await erpsync(...args)
      assert.equal(result.code, 0, result.stderr)
      tellsNothing(result)
    }

    tellsNothing(shown)
    assert.match(shown.stdout, /"email": "\*\*\*"/)
    assert.match(shown.stdout, /^reason +sap:\S+ .*\*\*\*/m)
    assert.match(shown.stdout, /"orderId": "PERSON-1"/)
  })

  it('is not in the archive but in the document, nor in the headers and the log', async () => {
    const [letter] = await letters()

    assert.doesNotMatch(JSON.stringify([letter, worker.log.events]), /USCU_X99|lovelace/i)
    assert.match(letter?.text ?? '', /\*\*\*/)
  })

  it('is shown when it is asked for with a reason, which is on the trail', async () => {
    const refused = await erpsync('dlq', 'show', letterId, '--unmask')
    const before = (await entries()).length

    const letter = await erpsync(
      'dlq',
      'show',
      letterId,
      '--unmask',
      '--reason',
      'calls back',
      '--ticket',
      'INC-1',
      '--json',
    )
    const message = await erpsync('message', 'show', messageId, '--unmask', '--reason', 'calls back', '--json')

    const entry = {actor: 'ada', action: 'personal.unmask', flow: 'sales-order', message_id: messageId}
    assert.deepEqual([refused.code, before, letter.code, message.code], [2, 0, 0, 0], letter.stderr + message.stderr)
    tellsNothing(refused)
    assert.deepEqual(JSON.parse(letter.stdout).payload, document)
    assert.deepEqual(JSON.parse(message.stdout)[0].payload, document)
    assert.match(JSON.stringify(JSON.parse(letter.stdout).attempts[0].answer), /USCU_X99/)
    assert.deepEqual(await entries(), [
      {...entry, command: 'dlq show', letter_id: letterId, reason: 'calls back', ticket: 'INC-1'},
      {...entry, command: 'message show', letter_id: null, reason: 'calls back', ticket: null},
    ])
  })

  it('is masked in what a push says of rejected lines; the file of rejects has the lines as they came', async () => {
    const lines = [
      JSON.stringify({...order('PERSON-2', {contact: {email}}), items: undefined}),
      `{"orderId": "PERSON-3", "email": "${email}" ${email}`,
      JSON.stringify(order('PERSON-4', {contact: [{email}], orderedAt: email})),
    ]
    const [input, rejects] = [join(folder, 'orders.ndjson'), join(folder, 'rejects.ndjson')]
    await writeFile(input, lines.join('\n'))
    await writeFile(rejects, 'of an earlier run', {mode: 0o644})

    const told = await erpsync('push', 'sales-order', input, '--rejects', rejects)
    const json = await erpsync('push', 'sales-order', input, '--json')

    const kept = (await readFile(rejects, 'utf8'))
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line))
    const {rejects: shown} = JSON.parse(json.stdout)
    assert.deepEqual([told.code, json.code], [65, 65])
    tellsNothing(told)
    tellsNothing(json)
    assert.deepEqual(
      kept.map(({text}) => text),
      lines,
    )
    assert.equal((await stat(rejects)).mode & 0o777, 0o600)
    assert.deepEqual(
      shown.map(({text}: {text: string}) => (text === '***' ? text : JSON.parse(text).contact)),
      [{email: '***'}, '***', [{email: '***'}]],
    )
  })

  it('is masked in what was refused before it became a message', async () => {
    const before = (await letters()).length
    const bodies = [JSON.stringify({customerId, contact: {email}}), `${email} is no JSON`]
    await publishRaw(
      pipeline.vhost.url,
      {exchange: 'test.in', routingKey: 'sales-order'},
      ...bodies.map((body) => ({body})),
    )
    await eventually(async () => (await letters()).length === before + 2, {timeoutMs: 30_000})
    const ids = (await letters()).slice(before).map(({id}) => id)

    const shown = await Promise.all(ids.map(async (id) => erpsync('dlq', 'show', id, '--json')))
    const whole = await erpsync('dlq', 'show', ids[1] ?? '', '--unmask', '--reason', 'to mend it', '--json')

    for (const result of shown) tellsNothing(result)
    assert.deepEqual(
      new Set(shown.map(({stdout}) => JSON.parse(stdout).payload)),
      new Set(['***', '{"customerId":"***","contact":{"email":"***"}}']),
    )
    assert.ok(bodies.includes(JSON.parse(whole.stdout).payload))
    assert.deepEqual((await entries()).at(-1), {
      actor: 'ada',
      command: 'dlq show',
      action: 'personal.unmask',
      flow: 'sales-order',
      message_id: null,
      letter_id: ids[1],
      reason: 'to mend it',
      ticket: null,
    })
  })

  it('is everything in a document of a flow whose schema cannot be read', async () => {
    const path = join(folder, 'no-schema.yaml')
    const config = JSON.parse(await readFile(pipeline.configPath, 'utf8'))
    config.flows['sales-order'].schema = join(folder, 'none.json')
    await writeFile(path, JSON.stringify(config))

    const shown = await runCli(['dlq', 'show', letterId, '--json', '--config', path])

    assert.equal(JSON.parse(shown.stdout).payload, '***')
    tellsNothing(shown)
  })
})
