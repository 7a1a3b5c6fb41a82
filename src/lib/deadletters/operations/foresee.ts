import type {Flow} from '#lib/config/load.js'
import type {Queryable} from '#lib/db/database.js'
import {listShares} from '#lib/ledger/worker-shares.js'
import {readDestinations} from '#lib/ledger/destinations.js'
import {readPauses} from '#lib/ledger/pauses.js'
import {stopRuleText, type Guards} from '#lib/metering/guards.js'
import type {PlanFacts} from './describe-plan.js'

/** What is to be expected of a planned replay. */
export interface Foresight {
  /** Null if neither a rate nor earlier calls say. */
  readonly expectedMs: number | null
  readonly warnings: readonly string[]
}

/** Foresees how long a replay takes, by its rate and by earlier calls, and what stands in its way. */
export async function foresee(
  database: Queryable,
  facts: PlanFacts,
  guards: Guards,
  flows: readonly Flow[],
): Promise<Foresight> {
  const concerned = flows.filter(({name}) => facts.groups.some(({flow}) => flow === name))
  const destinations = [...new Set(concerned.map(({destination}) => destination))]
  const [states, pauses, shares, callMs] = await Promise.all([
    readDestinations(database, destinations),
    readPauses(database),
    listShares(database),
    readMeanCallMs(
      database,
      concerned.map(({name}) => name),
    ),
  ])
  const unconfigured = new Set(
    facts.groups.map(({flow}) => flow).filter((flow) => !flows.some(({name}) => name === flow)),
  )
  return {
    expectedMs: expectedMs(facts.letters, guards, concerned, callMs),
    warnings: [
      ...[...unconfigured].map((flow) => `The configuration has no flow ${flow}: nobody delivers its letters.`),
      ...destinations
        .filter((name) => !shares.some(({destination}) => destination === name))
        .map((name) => `No worker delivers to ${name} at the moment.`),
      ...pauses
        .filter(({scope, name}) =>
          (scope === 'destination' ? destinations : concerned.map((flow) => flow.name)).includes(name),
        )
        .map(({scope, name, reason}) => `The ${scope} ${name} is paused: ${reason}.`),
      ...states
        .filter(({breaker}) => breaker.kind !== 'closed')
        .map(({name}) => `SAP is away: the breaker of ${name} is open.`),
      ...facts.groups
        .filter(({replayable}) => replayable === 'after-fix')
        .map(({id, letters}) => `${letters} letters of ${id} are to be replayed only once their cause is mended.`),
      ...(facts.letters > unguardedMost && guards.canary === null
        ? [`Without --canary all ${facts.letters} may die again; ${stopAdvice(guards)}`]
        : []),
    ],
  }
}

function expectedMs(
  letters: number,
  {ratePerS, maxInFlight}: Guards,
  flows: readonly Flow[],
  callMs: number | null,
): number | null {
  const slots = new Map(flows.map(({destination, target}) => [destination, target.limits.concurrency]))
  const atOnce = [...slots.values()].reduce((sum, concurrency) => sum + concurrency, 0)
  const byCalls = callMs === null || atOnce === 0 ? [] : [Math.min(atOnce, maxInFlight ?? atOnce) / Math.max(callMs, 1)]
  const byRate = ratePerS === null ? [] : [ratePerS / 1000]
  const perMs = Math.min(...byCalls, ...byRate)
  return Number.isFinite(perMs) ? Math.round(letters / perMs) : null
}

function stopAdvice({stopOn}: Guards): string {
  return stopOn.length === 0 ? 'nothing stops it.' : `it stops on ${stopOn.map(stopRuleText).join(' or ')}.`
}

async function readMeanCallMs(database: Queryable, flows: readonly string[]): Promise<number | null> {
  const {rows} = await database.query<{ms: number | null}>(
    `select (avg(extract(epoch from a.ended_at - a.started_at)) * 1000)::float8 as ms
       from (select id, attempts, flow from erpsync.message order by seq desc limit 5000) m
       join erpsync.attempt a on a.message_id = m.id and a.number = m.attempts
      where m.flow = any ($1::text[])
        and a.ended_at is not null`,
    [flows],
  )
  return rows[0]?.ms ?? null
}

const unguardedMost = 10
