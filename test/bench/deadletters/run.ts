import {openDatabase} from '#lib/db/database.js'
import {migrateDatabase} from '#lib/db/migrate.js'
import {renderTable} from '#lib/output/table.js'
import {freshDatabase} from '../../support/fresh-database.js'
import {mochaGlobalTeardown} from '../../support/services.js'
import {causesOf} from './causes.js'
import {fillArchive} from './fill-archive.js'
import {measureArchive, measureReplay} from './measure-changes.js'
import {type Answer, measureCounts, measureGroups, measurePages} from './measure-answers.js'
import {readOptions} from './options.js'

/** Medians: milliseconds of the slowest question of its kind, and letters per second. */
interface DeadLetterBenchResult {
  readonly letters: number
  readonly groups: number
  readonly groupsMs: number
  readonly pageMs: number
  readonly countMs: number
  readonly archivePerS: number
  readonly replayPerS: number
}

const {letters, groups, rounds, json} = readOptions(process.argv.slice(2))
try {
  say('starting PostgreSQL')
  const fresh = await freshDatabase(migrateDatabase)
  const database = openDatabase(fresh.url)
  const causes = causesOf(groups)
  say(`filling the archive with ${letters} letters in ${groups} groups`)
  await fillArchive(database, {letters, causes})

  const answers = [
    ...(await measureGroups(database, rounds)),
    ...(await measurePages(database, causes, rounds)),
    ...(await measureCounts(database, causes, rounds)),
  ]
  say('archiving and replaying')
  const result: DeadLetterBenchResult = {
    letters,
    groups,
    groupsMs: slowest(answers, 'groups'),
    pageMs: slowest(answers, 'page'),
    countMs: slowest(answers, 'count'),
    archivePerS: await measureArchive(database, causes, rounds),
    replayPerS: await measureReplay(database, rounds),
  }
  say(
    renderTable(
      ['', 'question', {title: 'MS', align: 'right'}, {title: 'LETTERS', align: 'right'}],
      answers.map(rowOf),
    ),
  )
  process.stdout.write(`${json ? JSON.stringify(result) : present(result)}\n`)
  await database.close()
  await fresh.drop()
} finally {
  await mochaGlobalTeardown()
}

function slowest(answers: readonly Answer[], kind: Answer['kind']): number {
  return Math.max(...answers.filter((answer) => answer.kind === kind).map(({ms}) => ms))
}

function rowOf({kind, question, ms, found}: Answer): string[] {
  return [kind, question, ms.toFixed(1), String(found)]
}

function present(result: DeadLetterBenchResult): string {
  return renderTable(
    ['', {title: '', align: 'right'}],
    Object.entries(result).map(([name, value]) => [name, String(value)]),
  )
}

function say(text: string): void {
  process.stderr.write(`${text}\n`)
}
