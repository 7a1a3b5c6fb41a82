import assert from 'node:assert/strict'
import {mkdtemp, readFile, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {exitCodes} from '#lib/kernel/exit-codes.js'
import {bury} from '../support/bury.js'
import {orders} from '../support/orders.js'
import {openPipeline, type Pipeline} from '../support/pipeline.js'
import {type CliResult, runCli} from '../support/run-cli.js'

interface PlanFile {
  readonly operation: string
  readonly query: string
  readonly letters: number
  readonly groups: readonly {readonly id: string; readonly code: string; readonly letters: number}[]
  readonly keys: {readonly distinct: number}
  readonly expectedMs: number | null
  readonly warnings: readonly string[]
  readonly ids: readonly string[]
}

describe('dlq plan', function () {
  this.timeout(60_000)
  let pipeline: Pipeline
  let folder: string
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'erpsync-plan-'))
  })
  beforeEach(async () => {
    pipeline = await openPipeline()
  })
  afterEach(async () => pipeline.close())
  after(async () => rm(folder, {recursive: true, force: true}))

  const erpsync = async (args: readonly string[], input?: string): Promise<CliResult> =>
    runCli(args, {
      env: {ERPSYNC_CONFIG: pipeline.configPath, ERPSYNC_ACTOR: 'ada'},
      ...(input === undefined ? {} : {input}),
    })
  const read = async (path: string) => JSON.parse(await readFile(path, 'utf8')) as PlanFile
  const count = async (sql: string): Promise<number> => {
    const {rows} = await pipeline.database.query<{count: number}>(`select count(*)::integer as count from ${sql}`)
    return rows[0]?.count ?? -1
  }

  it('freezes the letters in a file, says what to expect, and is carried out as it was planned', async () => {
    const buried = await bury(pipeline.database, orders('PLANNED', 4))
    await bury(pipeline.database, orders('OTHER', 2), {code: 'sap:V1/302'})
    const path = join(folder, 'plan.json')

    const planned = await erpsync(['dlq', 'plan', '-q', 'code:sap:VP/204 age:<5000d', '--rate', '2/s', '--out', path])
    const plan = await read(path)
    await bury(pipeline.database, orders('LATER', 1))
    const carriedOut = await erpsync(['dlq', 'replay', '--plan', path, '--timeout', '500ms', '--json'])
    const again = await erpsync(['dlq', 'replay', '--plan', path])

    assert.equal(planned.code, exitCodes.ok, planned.stderr)
    assert.match(planned.stderr, /Letters: code:sap:VP\/204 died:>\d{4}-.*Z state:open/)
    assert.match(planned.stdout, /Carry it out: erpsync dlq replay --plan/)
    assert.match(planned.stdout, /Warning: No worker delivers to sandbox at the moment\./)
    assert.deepEqual(
      plan.ids,
      buried.map(({letterId}) => letterId),
    )
    assert.deepEqual([plan.letters, plan.keys.distinct, plan.expectedMs], [4, 4, 2000])
    assert.deepEqual(
      plan.groups.map(({code, letters}) => [code, letters]),
      [['sap:VP/204', 4]],
    )
    // Nobody delivers: the wait ends, and what was sent by the plan's own rate is on its way.
    assert.equal(carriedOut.code, exitCodes.pending, carriedOut.stderr)
    const {operation} = JSON.parse(carriedOut.stdout) as {operation: {id: string; counts: Record<string, number>}}
    assert.deepEqual([operation.id, operation.counts.letters], [plan.operation, 4])
    assert.ok((operation.counts.sent ?? 0) >= 1 && (operation.counts.pending ?? 0) >= 1, carriedOut.stdout)
    assert.equal(again.code, exitCodes.conflict)
    assert.match(again.stderr, new RegExp(`${plan.operation} is paused already, by ada`))
  })

  it('refuses a file whose ids were changed, and one that is none', async () => {
    await bury(pipeline.database, orders('CHANGED', 3))
    const path = join(folder, 'changed.json')
    await erpsync(['dlq', 'plan', '--all', '--out', path])
    const plan = await read(path)
    await writeFile(path, JSON.stringify({...plan, ids: plan.ids.slice(1)}))

    const changed = await erpsync(['dlq', 'replay', '--plan', path])
    const missing = await erpsync(['dlq', 'replay', '--plan', join(folder, 'none.json')])

    assert.deepEqual([changed.code, missing.code], [exitCodes.badInput, exitCodes.missingInput])
    assert.equal(await count(`erpsync.dead_letter where state = 'open'`), 3)
  })

  it('takes letters by group, and by ids from stdin, and leaves nothing behind of a look', async () => {
    const buried = await bury(pipeline.database, orders('GROUPED', 3))
    await bury(pipeline.database, orders('OTHER', 2), {code: 'sap:V1/302'})
    const {rows} = await pipeline.database.query<{id: string}>(
      `select id from erpsync.dead_letter_group where code = 'sap:VP/204'`,
    )
    const group = rows[0]?.id ?? ''

    const looked = await erpsync(['dlq', 'replay', group.toLowerCase(), '--dry-run', '--json'])
    const operations = await count('erpsync.operation')
    const ids = buried.slice(0, 2).map(({messageId}) => messageId)
    const replayed = await erpsync(['dlq', 'replay', '--ids-from', '-', '--json'], `${ids.join('\n')}\n`)

    assert.deepEqual((JSON.parse(looked.stdout) as {replayed: number}).replayed, 3)
    assert.equal(operations, 0)
    assert.equal(replayed.code, exitCodes.ok, replayed.stderr)
    assert.deepEqual((JSON.parse(replayed.stdout) as {replayed: number}).replayed, 2)
    assert.equal(await count(`erpsync.dead_letter where state = 'replayed'`), 2)
  })

  it('says in the wrong ways of asking what is wrong', async () => {
    const results = await Promise.all([
      erpsync(['dlq', 'replay']),
      erpsync(['dlq', 'replay', '--all', '--flow', 'sales-order']),
      erpsync(['dlq', 'replay', 'no-id']),
      erpsync(['dlq', 'replay', '--all', '--stop-on', 'whenever']),
      erpsync(['dlq', 'replay', '--all', '--rate', 'fast']),
      erpsync(['dlq', 'ops', 'show', 'R-AAAAAAA']),
    ])

    for (const {code, stderr} of results) assert.equal(code, exitCodes.usage, stderr)
  })

  it('lists and shows what was done', async () => {
    await bury(pipeline.database, orders('SHOWN', 2))
    const {stdout} = await erpsync(['dlq', 'replay', '--all', '--reason', 'mended', '--ticket', 'INC-7', '--json'])
    const {id} = (JSON.parse(stdout) as {operation: {id: string}}).operation

    const listed = await erpsync(['dlq', 'ops', 'list', '--json'])
    const shown = await erpsync(['dlq', 'ops', 'show', id])

    const {operations} = JSON.parse(listed.stdout) as {
      operations: readonly {id: string; state: string; ticket: string; counts: {sent: number}}[]
    }
    assert.deepEqual(
      operations.map(({id: listedId, state, ticket, counts}) => [listedId, state, ticket, counts.sent]),
      [[id, 'running', 'INC-7', 2]],
    )
    assert.match(shown.stdout, /reason {5}mended \(INC-7\)/)
    assert.match(shown.stdout, /2 letters: 2 on their way\./)
  })
})
