import type {Database} from '#lib/db/database.js'
import {listBuckets} from '#lib/deadletters/groups/list-buckets.js'
import {countLetters, pageLetters} from '#lib/deadletters/query-letters.js'
import {parseLetterQuery} from '#lib/deadletters/query/parse.js'
import type {ParsedQuery} from '#lib/deadletters/query/query.js'
import type {Cause} from './causes.js'
import {medianOf} from './median.js'

/** How long the archive took to answer, in the median. */
export interface Answer {
  readonly kind: 'groups' | 'page' | 'count'
  readonly question: string
  readonly ms: number
  /** Groups or letters that came, or were counted. */
  readonly found: number
}

/** Lists of groups, as `erpsync dlq` asks for them. */
export async function measureGroups(database: Database, rounds: number): Promise<readonly Answer[]> {
  const now = new Date()
  const answers: Answer[] = []
  for (const kind of ['fingerprint', 'code', 'flow', 'class'] as const) {
    const filter = {by: {kind}, query: null, since: null, sort: 'count', limit: 1000} as const
    answers.push(
      await timed(
        {kind: 'groups', question: `--by ${kind}`},
        rounds,
        async () => (await listBuckets(database, filter, now)).length,
      ),
    )
  }
  return answers
}

/** Pages of 50 letters. */
export async function measurePages(
  database: Database,
  causes: readonly Cause[],
  rounds: number,
): Promise<readonly Answer[]> {
  const answers: Answer[] = []
  for (const question of questions(causes)) {
    const ask = async () => (await pageLetters(database, read(question), {before: null, limit: 50})).length
    answers.push(await timed({kind: 'page', question}, rounds, ask))
  }
  return answers
}

export async function measureCounts(
  database: Database,
  causes: readonly Cause[],
  rounds: number,
): Promise<readonly Answer[]> {
  const answers: Answer[] = []
  for (const question of questions(causes)) {
    answers.push(await timed({kind: 'count', question}, rounds, async () => countLetters(database, read(question))))
  }
  return answers
}

async function timed(
  question: Pick<Answer, 'kind' | 'question'>,
  rounds: number,
  ask: () => Promise<number>,
): Promise<Answer> {
  let found = 0
  const ms = await medianOf(rounds, async () => {
    const begun = performance.now()
    found = await ask()
    return performance.now() - begun
  })
  return {...question, ms: Math.round(ms * 10) / 10, found}
}

/** What people on call ask: everything, by flow, by cause, by time, by key, by group and by what is in the document. */
function questions(causes: readonly Cause[]): readonly string[] {
  const group = causes[Math.floor(causes.length / 4)]?.group.id ?? ''
  return [
    'state:open',
    'flow:orders',
    'code:sap:V1/302',
    'flow:orders code:sap:V1/300 class:permanent attempts:>=3 age:>1h -tag:ignored',
    'class:transient,config attempts:<3 since:12h',
    'key:0000471*',
    'tag:ignored',
    `group:${group} payload.plant:DE01,DE02`,
    `group:${group} text:"field ba"`,
    'state:any code:sap:V1/3*',
  ]
}

function read(question: string): ParsedQuery {
  const query = parseLetterQuery(question, new Date())
  if (query.kind === 'query') return query
  throw new Error(`${question}: ${query.message}`)
}
