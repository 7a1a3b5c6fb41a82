import assert from 'node:assert/strict'
import {randomBytes} from 'node:crypto'
import {exitCodes} from '#lib/kernel/exit-codes.js'
import {openDatabase, type Transaction} from '#lib/db/database.js'
import {eventually} from '../../support/eventually.js'
import {type InboxStage, openInboxStage} from '../../support/inbox-stage.js'
import {order, orders} from '../../support/orders.js'
import {openRelay} from '../../support/relay.js'
import type {CliResult} from '../../support/run-cli.js'

describe('erpsync intake', function () {
  this.timeout(120_000)
  let stage: InboxStage
  beforeEach(async () => {
    stage = await openInboxStage()
  })
  afterEach(async () => stage.close())

  const install = async (...args: readonly string[]) => stage.erpsync(['intake', 'install', 'shop', ...args])
  const isEmpty = async () => (await stage.waiting()) === 0
  const outcomes = async () => (await stage.rows()).map(({outcome}) => outcome)
  const identities = async () => (await stage.messages()).map(({identity}) => identity)
  const jsonOf = ({stdout}: CliResult) => JSON.parse(stdout) as Record<string, unknown>
  const insertOne = async (tx: Transaction, orderId: string): Promise<void> => {
    await tx.query('insert into erpsync_inbox (flow, document) values ($1, $2::jsonb)', [
      'sales-order',
      JSON.stringify(order(orderId)),
    ])
  }

  describe('start', () => {
    it('takes a row that was inserted, marks it, and ends in good order (143)', async () => {
      const installed = await install()
      const intake = stage.start()
      const [id] = await stage.insert('sales-order', order('ONE'))

      await eventually(isEmpty)
      const {code} = await intake.stop('SIGTERM')

      const messages = await stage.messages()
      assert.equal(installed.code, exitCodes.ok)
      assert.match(installed.stdout, /is ready \(version 1\)/)
      assert.deepEqual(
        messages.map(({identity}) => identity),
        ['ONE@1'],
      )
      assert.deepEqual(await stage.rows(), [
        {id, flow: 'sales-order', taken: true, outcome: 'accepted', message_id: messages[0]?.id, problems: null},
      ])
      assert.equal(code, exitCodes.terminated)
    })

    it('accepts each of 5,000 committed rows once, killed six times among concurrent, late and lost transactions', async () => {
      await install()
      const writers = 8
      const perWriter = 625
      let inserted = 0
      let quick = writers - 2
      /** Small transactions, one in five of them given up; late ones stay open while others commit after them. */
      const write = async (writer: number): Promise<void> => {
        let next = 1
        while (next <= perWriter) {
          const size = Math.min(1 + (next % 7), perWriter - next + 1)
          const ids = Array.from({length: size}, (_, index) => `W${writer}-${next + index}`)
          await stage.shop
            .transaction(async (tx) => {
              for (const id of ids) await insertOne(tx, `${id}-lost`)
              throw new Error('given up')
            })
            .catch((error: unknown) => assert.match(String(error), /given up/))
          const seen = inserted
          await stage.shop.transaction(async (tx) => {
            for (const id of ids) await insertOne(tx, id)
            // Others, with later numbers, commit first.
            if (writer < 2 && next % 5 === 0)
              await eventually(() => quick === 0 || inserted >= seen + 20, {timeoutMs: 60_000, everyMs: 5})
          })
          inserted += size
          next += size
        }
        if (writer >= 2) quick -= 1
      }
      const countTaken = async () => {
        const {rows: found} = await stage.ledger.database.query<{count: number}>(
          'select count(*)::integer as count from erpsync.message',
        )
        return found[0]?.count ?? 0
      }

      const writing = Promise.all(Array.from({length: writers}, async (_, writer) => write(writer)))
      let kills = 0
      for (let wanted = 600; wanted <= 3600; wanted += 600) {
        const intake = stage.start()
        await eventually(async () => (await countTaken()) >= wanted, {timeoutMs: 60_000, everyMs: 10})
        kills += (await intake.kill()).signal === 'SIGKILL' ? 1 : 0
      }
      const last = stage.start()
      await writing
      await eventually(isEmpty, {timeoutMs: 60_000})
      await last.stop()

      const expected = Array.from({length: writers}, (_, writer) =>
        Array.from({length: perWriter}, (__, index) => `W${writer}-${index + 1}@1`),
      ).flat()
      const rows = await stage.rows()
      const byId = new Map((await stage.messages()).map(({id, identity}) => [id, identity]))
      assert.equal(kills, 6)
      assert.deepEqual((await identities()).toSorted(), expected.toSorted())
      assert.equal(rows.length, 5000)
      assert.deepEqual(
        [...new Set(rows.map(({outcome}) => outcome))].filter((one) => one === 'refused' || !one),
        [],
      )
      assert.deepEqual(rows.map(({message_id: id}) => byId.get(id ?? '') ?? '').toSorted(), expected.toSorted())
    })

    it('refuses what is wrong, with the reason, and goes on behind it; retry takes it once it is mended', async () => {
      await install()
      const email = 'ada@@example.com'
      await stage.insert('sales-order', order('GOOD-1'), order('BAD', {shop: 'fr'}), order('MAIL', {email}), 'text')
      await stage.insert('sales-ordr', order('LOST'))
      await stage.insert('sales-order', order('GOOD-2'), order('GOOD-1'), order('GOOD-1', {currency: 'EUR'}))

      const intake = stage.start()
      await eventually(isEmpty)
      const before = await outcomes()
      const [, bad, , , lost] = await stage.rows()
      const listed = await stage.erpsync(['intake', 'list', 'shop'])
      await stage.shop.query(`update erpsync_inbox set document = document || '{"shop": "de"}' where id = $1`, [
        bad?.id,
      ])
      const retried = jsonOf(await stage.erpsync(['intake', 'retry', 'shop', '--id', bad?.id ?? '', '--json']))
      await eventually(async () => (await outcomes())[1] === 'accepted')
      const again = await stage.erpsync(['intake', 'retry', 'shop', '--id', bad?.id ?? '', '--json'])
      await intake.stop()

      const refused = 'refused'
      assert.deepEqual(before, ['accepted', refused, refused, refused, refused, 'accepted', 'duplicate', refused])
      assert.deepEqual(bad?.problems, [{field: '/shop', message: 'must be one of us, de'}])
      assert.deepEqual(lost?.problems, [{field: '', message: 'there is no flow "sales-ordr"'}])
      assert.deepEqual(await identities(), ['GOOD-1@1', 'GOOD-2@1', 'BAD@1'])
      assert.match(listed.stdout, /\/shop must be one of us, de/)
      assert.match(listed.stdout, /was accepted before with other content/)
      assert.ok(!listed.stdout.includes(email) && !intake.stderr().includes(email))
      assert.deepEqual(retried, {retried: [bad?.id], skipped: []})
      assert.deepEqual([again.code, jsonOf(again)], [exitCodes.someFailed, {retried: [], skipped: [bad?.id]}])
    })

    it('has one process take, and another stand by until the first is gone', async () => {
      await install()
      const first = stage.start()
      await first.waitForOutput('inbox taken from')
      const second = stage.start()
      await second.waitForOutput('inbox stood by for')
      await stage.insert('sales-order', ...orders('FIRST', 3))
      await eventually(isEmpty)
      const takes = () => jsonOf(status).inboxes as readonly {readonly taker: {readonly name: string}}[]
      const status = await stage.erpsync(['intake', 'status', '--json'])

      await first.kill()
      await second.waitForOutput('inbox taken from')
      await stage.insert('sales-order', ...orders('SECOND', 3))
      await eventually(isEmpty)
      const {code} = await second.stop('SIGINT')

      assert.ok(takes()[0]?.taker.name.endsWith(`:${first.pid}`))
      assert.equal((await stage.messages()).length, 6)
      assert.equal(code, exitCodes.interrupted)
    })

    it('takes up its lock again when the connection that held it is gone', async () => {
      await install()
      const intake = stage.start()
      await intake.waitForOutput('inbox taken from')
      const takenFrom = () => intake.stderr().match(/inbox taken from/g)?.length

      await stage.shop.query(
        `select pg_terminate_backend(pid)
           from pg_locks
          where locktype = 'advisory'
            and database = (select oid from pg_database where datname = current_database())`,
      )
      await eventually(() => takenFrom() === 2, {timeoutMs: 30_000})
      await stage.insert('sales-order', order('STILL'))
      await eventually(isEmpty)
      const {code} = await intake.stop()

      assert.deepEqual(await identities(), ['STILL@1'])
      assert.equal(code, exitCodes.terminated)
    })

    it('removes what was taken after its time, and never what was refused', async () => {
      await stage.configure({keep: '50ms'})
      await install()
      await stage.insert('sales-order', ...orders('OLD', 1200), {})

      const intake = stage.start()
      await eventually(async () => (await stage.messages()).length === 1200, {timeoutMs: 30_000})
      await intake.stop()
      const next = stage.start()
      await eventually(async () => (await stage.rows()).length === 1, {timeoutMs: 30_000})
      await next.stop()

      assert.deepEqual(await outcomes(), ['refused'])
    })

    it('says what to type where there is no table (78), or no inbox of the name (2)', async () => {
      const noTable = await stage.erpsync(['intake', 'start'])
      const unknown = await stage.erpsync(['intake', 'start', 'shp'])

      assert.equal(noTable.code, exitCodes.configuration)
      assert.match(noTable.stderr, /has no table erpsync_inbox[^]*erpsync intake install shop/)
      assert.equal(unknown.code, exitCodes.usage)
      assert.match(unknown.stderr, /Did you mean "shop"/)
    })
  })

  describe('start while a database is away', () => {
    it('does not start without the ledger (69)', async () => {
      const nowhere = await openInboxStage({ledgerUrl: async () => 'postgres://u:hidden@127.0.0.1:1/ledger'})
      try {
        const {code, stderr} = await nowhere.erpsync(['intake', 'start'])

        assert.equal(code, exitCodes.unreachable)
        assert.match(stderr, /\(postgres\.url\)/)
        assert.ok(!stderr.includes('hidden'))
      } finally {
        await nowhere.close()
      }
    })

    for (const away of ['ledger', 'shop'] as const) {
      it(`waits for the ${away === 'ledger' ? 'ledger' : 'inbox'}, says so once, and goes on`, async () => {
        let relay: Awaited<ReturnType<typeof openRelay>> | undefined
        const through = async (url: string): Promise<string> => {
          const address = new URL(url)
          relay ??= await openRelay(Number(address.port))
          address.port = String(relay.port)
          return address.toString()
        }
        const behind = await openInboxStage({[`${away}Url`]: through})
        try {
          await behind.erpsync(['intake', 'install', 'shop'])
          if (away === 'shop') relay?.die()
          const intake = behind.start()
          if (away === 'shop') {
            await intake.waitForOutput('inbox interrupted')
            await relay?.revive()
          }
          await intake.waitForOutput('inbox taken from')
          // Else being away a second time would be the same trouble, which is told once.
          if (away === 'shop') await intake.waitForOutput('inbox went on')

          relay?.die()
          await behind.insert('sales-order', ...orders('AWAY', 20))
          await eventually(() => /inbox interrupted(?![^]*inbox went on)/.test(intake.stderr()))
          await relay?.revive()
          await eventually(async () => (await behind.waiting()) === 0, {timeoutMs: 20_000})
          await intake.waitForOutput('inbox went on')
          const {code, stderr} = await intake.stop()

          // The inbox was away at the start as well.
          assert.equal(stderr.match(/inbox interrupted/g)?.length, away === 'shop' ? 2 : 1)
          assert.equal((await behind.messages()).length, 20)
          assert.equal(code, exitCodes.terminated)
        } finally {
          await behind.close()
          relay?.die()
        }
      })
    }
  })

  describe('install', () => {
    const role = `erpsync_test_${randomBytes(4).toString('hex')}`
    const password = 'secret'
    const addressFor = (user: string): string => {
      const address = new URL(stage.shopUrl)
      address.username = user
      address.password = password
      return address.toString()
    }
    const [shopRole, takeRole] = [`${role}_shop`, `${role}_take`]
    beforeEach(async () => {
      for (const one of [shopRole, takeRole]) await stage.shop.query(`create role ${one} login password '${password}'`)
    })
    afterEach(async () => {
      for (const one of [shopRole, takeRole]) {
        await stage.shop.query(`drop owned by ${one}`)
        await stage.shop.query(`drop role ${one}`)
      }
    })

    it('gives the application and the taker the rights they need, and no others', async () => {
      await install('--grant-insert', shopRole, '--grant-take', takeRole)
      const again = await install('--grant-insert', shopRole)
      const application = openDatabase(addressFor(shopRole), {max: 1})
      const taker = openDatabase(addressFor(takeRole), {max: 1})
      try {
        const {rows} = await application.query<{id: string}>(
          `insert into public.erpsync_inbox (flow, document) values ('sales-order', $1::jsonb) returning id`,
          [JSON.stringify(order('ROLE'))],
        )
        const denied = {code: '42501'}
        await assert.rejects(application.query('select document from public.erpsync_inbox'), denied)
        await assert.rejects(application.query('delete from public.erpsync_inbox'), denied)
        await assert.rejects(
          application.query(
            `insert into public.erpsync_inbox (flow, document, outcome) values ('a', '{}', 'accepted')`,
          ),
          denied,
        )
        await assert.rejects(taker.query(`update public.erpsync_inbox set document = '{}'`), denied)
        await stage.configure({url: addressFor(takeRole)})
        const intake = stage.start()
        await eventually(isEmpty)
        const seen = await application.query<{outcome: string}>(
          'select outcome from public.erpsync_inbox where id = $1',
          [rows[0]?.id],
        )
        const status = await stage.erpsync(['intake', 'status'])
        await intake.stop()
        await stage.configure({url: addressFor(takeRole), keep: '50ms'})
        const next = stage.start()
        await eventually(async () => (await stage.rows()).length === 0)
        await next.stop()

        assert.deepEqual(seen.rows, [{outcome: 'accepted'}])
        assert.match(again.stdout, /is up to date \(version 1\)/)
        assert.match(status.stdout, /^shop +0 +– +0 +1 +\S+:\d+ +version 1$/m)
      } finally {
        await application.close()
        await taker.close()
      }
    })

    it('prints the SQL for a DBA, which makes the same, and may be run twice', async () => {
      const printed = await stage.erpsync(['intake', 'install', '--print', '--grant-insert', shopRole])

      await stage.shop.query(printed.stdout)
      await stage.shop.query(printed.stdout)
      const after = await install()

      assert.equal(printed.code, exitCodes.ok)
      assert.match(after.stdout, /is up to date/)
    })

    it('refuses what it must not or cannot do, and says why', async () => {
      const noRights = await stage.erpsync(
        ['intake', 'install', '--database', addressFor(shopRole).replace(`:${password}@`, '@')],
        {env: {PGPASSWORD: password}},
      )
      const noRole = await install('--grant-insert', `${role}_nobody`)
      const neither = await stage.erpsync(['intake', 'install'])
      const away = await stage.erpsync(['intake', 'install', '--database', 'postgres://a:b@127.0.0.1:1/shop'])
      await stage.shop.query('create table public.erpsync_inbox (mine integer)')
      const foreign = await install()
      await stage.shop.query(`comment on table public.erpsync_inbox is 'erpsync inbox, version 99'`)
      const newer = await install()

      assert.deepEqual(
        [noRights, noRole, neither, away, foreign, newer].map(({code}) => code),
        [
          exitCodes.credentials,
          exitCodes.usage,
          exitCodes.usage,
          exitCodes.unreachable,
          exitCodes.conflict,
          exitCodes.configuration,
        ],
      )
      assert.match(noRights.stderr, /--print/)
      assert.match(away.stderr, /\(--database\)/)
      assert.ok(!noRights.stderr.includes(password) && !away.stderr.includes(':b@'))
    })

    it('does not wait long for a table that somebody keeps locked (75)', async () => {
      await install()
      await stage.shop.query(`comment on table public.erpsync_inbox is 'erpsync inbox, version 0'`)

      const locked = await stage.shop.transaction(async (tx) => {
        await tx.query('lock table public.erpsync_inbox in share mode')
        return install()
      })
      const free = await install()

      assert.equal(locked.code, exitCodes.locked)
      assert.match(free.stdout, /is ready \(version 1\)/)
    })
  })

  describe('status', () => {
    it('shows what waits, since when, what was refused, and what to do', async () => {
      const none = await stage.erpsync(['intake', 'status'])
      await install()
      await stage.insert('sales-order', order('WAITS'), order('WAITS-2'))
      const waiting = jsonOf(await stage.erpsync(['intake', 'status', 'shop', '--json']))
      const text = await stage.erpsync(['intake', 'status'])

      const [shop] = waiting.inboxes as readonly Record<string, unknown>[]
      const {oldestInsertedAt, ...counts} = (shop ?? {}).rows as Record<string, unknown>
      assert.match(none.stdout, /erpsync intake install shop/)
      assert.deepEqual(counts, {waiting: 2, refused: 0, takenLastHour: 0})
      assert.ok(Date.now() - Date.parse(String(oldestInsertedAt)) < 30_000)
      assert.deepEqual([shop?.name, shop?.version, shop?.taker, shop?.problem], ['shop', 1, null, null])
      assert.match(text.stdout, /nobody takes from it/)
    })

    it('says which cannot be reached (69)', async () => {
      await stage.configure({url: 'postgres://u:hidden@127.0.0.1:1/shop'})

      const {code, stdout} = await stage.erpsync(['intake', 'status'])

      assert.equal(code, exitCodes.unreachable)
      assert.match(stdout, /shop: PostgreSQL at postgres:\/\/u:\*\*\*@127\.0\.0\.1:1\/shop cannot be reached/)
    })
  })
})
