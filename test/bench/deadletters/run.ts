import {openDatabase} from '#lib/db/database.js'
import {migrateDatabase} from '#lib/db/migrate.js'
import {renderTable} from '#lib/output/table.js'
import {freshDatabase} from '../../support/fresh-database.js'
import {mochaGlobalTeardown} from '../../support/services.js'
import {causesOf} from './causes.js'
import {fillArchive} from './fill-archive.js'
import {measureArchive} from './measure-changes.js'
import {type MeasuredReplay, measureReplay} from './measure-replay.js'
import {type Answer, measureCounts, measureGroups, measurePages, measureScans} from './measure-answers.js'
import {readOptions} from './options.js'

/** Medians: milliseconds of the slowest question of its kind, and letters per second. */
interface DeadLetterBenchResult {
  readonly letters: number
  readonly groups: number
  readonly groupsMs: number
  readonly pageMs: number
  readonly countMs: number
  readonly archivePerS: number
  /** Outcomes per second of a replay from its start to its end, by a worker with a null destination. */
  readonly replayPerS: number | null
  /** What the replay added to the memory of the process that carries it out, at its most. */
  readonly replayMb: number | null
  /** Microseconds of processor time a letter took, by who spent them. */
  readonly replayCpu: MeasuredReplay['cpu'] | null
}

const {letters, groups, rounds, replay, json} = readOptions(process.argv.slice(2))
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
    ...(await measureScans(database, rounds)),
  ]
  say('archiving')
  const archivePerS = await measureArchive(database, causes, rounds)
  await database.close()
  await fresh.drop()
  if (replay > 0) say(`replaying ${replay} letters`)
  const replaying = replay > 0 ? await measureReplay(replay) : null
  const result: DeadLetterBenchResult = {
    letters,
    groups,
    groupsMs: slowest(answers, 'groups'),
    pageMs: slowest(answers, 'page'),
    countMs: slowest(answers, 'count'),
    archivePerS,
    replayPerS: replaying?.perS ?? null,
    replayMb: replaying?.addedMb ?? null,
    replayCpu: replaying?.cpu ?? null,
  }
  say(
    renderTable(
      ['', 'question', {title: 'MS', align: 'right'}, {title: 'LETTERS', align: 'right'}],
      answers.map(rowOf),
    ),
  )
  process.stdout.write(`${json ? JSON.stringify(result) : present(result)}\n`)
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
    Object.entries(result).map(([name, value]) => [
      name,
      typeof value === 'number' ? String(value) : JSON.stringify(value),
    ]),
  )
}

function say(text: string): void {
  process.stderr.write(`${text}\n`)
}
