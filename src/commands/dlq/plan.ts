import {Args, Flags} from '@oclif/core'
import {allFlows, loadConfig, requireSecrets} from '#lib/config/load.js'
import {askSample, type SapSample} from '#lib/deadletters/operations/ask-sample.js'
import type {PlanFacts} from '#lib/deadletters/operations/describe-plan.js'
import type {Foresight} from '#lib/deadletters/operations/foresee.js'
import type {Guards} from '#lib/metering/guards.js'
import {writePlanFile} from '#lib/deadletters/operations/plan-file.js'
import {presentPlan} from '#lib/deadletters/operations/present-plan.js'
import {exitCodes} from '#lib/kernel/exit-codes.js'
import {BaseCommand} from '#cli/base-command.js'
import {guardFlags, readGuardFlags} from '#cli/guard-flags.js'
import {interruptible} from '#cli/interruptible.js'
import {freeOperatorFlags, operatorOf} from '#cli/operator-flags.js'
import {planReplay} from '#cli/plan-replay.js'
import {readReplaySource, selectionFlags} from '#cli/selection-flags.js'

type DlqPlanResult = PlanFacts &
  Foresight & {
    /** The plan's own id; null if there is nothing to plan. */
    readonly operation: string | null
    readonly createdAt: Date
    readonly createdBy: string
    readonly query: string
    readonly guards: Guards
    /** What SAP says of letters whose call may have reached it; null if it was not asked. */
    readonly inSap: SapSample | null
  }

export default class DlqPlan extends BaseCommand {
  static override summary = 'Freeze the letters of a replay, and tell what to expect of it.'

  static override description = `Nothing is sent, and nobody is kept from these letters. The plan is kept in PostgreSQL, and
written to a file with the ids of its letters. It is carried out by dlq replay --plan, or dlq ops resume with its id; what
is no longer open by then is skipped. Guards that are given here are the plan's.

SAP is asked for letters whose call may have reached it: of more than --sample only so many, and the answer says how many.

Exit codes: 0 planned, 3 nothing can be replayed of what was named.`

  static override examples = [
    '<%= config.bin %> <%= command.id %> -q "flow:sales-order code:sap:VP/204" --out plan.json',
    {
      description: 'With its guards:',
      command: '<%= config.bin %> <%= command.id %> --flow sales-order --canary 5 --rate 10/s --out plan.json',
    },
  ]

  static override strict = false

  static override args = {
    ids: Args.string({
      description: 'a group, or letters by their ids or those of their messages',
      // Else oclif takes what is piped in, for --ids-from, for an argument.
      ignoreStdin: true,
    }),
  }

  static override flags = {
    ...selectionFlags,
    limit: Flags.integer({summary: 'only so many, the oldest', min: 1}),
    out: Flags.string({summary: 'write the plan to this file', helpValue: '<file>'}),
    sample: Flags.integer({summary: 'ask SAP for at most so many letters; 0 asks for none', min: 0, default: 100}),
    ...guardFlags,
    ...freeOperatorFlags,
  }

  async run(): Promise<DlqPlanResult> {
    const {argv, flags} = await this.parse(DlqPlan)
    const config = await loadConfig(flags.config, process.env)
    const source = await readReplaySource(config, argv.map(String), {...flags, plan: undefined})
    const database = await this.ledger(config)
    const planned = await planReplay(
      {config, database, operator: operatorOf(this, flags)},
      source,
      readGuardFlags(flags),
    )
    const {facts, foresight, operation} = planned
    this.say(`Letters: ${operation.query}`)
    const isEmpty = facts.letters === 0
    if (isEmpty) await planned.forget()

    const flows = allFlows(config).filter(({name}) => facts.groups.some(({flow}) => flow === name))
    const asks = facts.askedFirst > 0 && flags.sample > 0
    if (asks) for (const {destination} of flows) requireSecrets(config, `destinations.${destination}`)
    const sampling = {operationId: operation.id, flows, most: flags.sample}
    const inSap = asks ? await interruptible(async (signal) => askSample(database, sampling, signal)) : null
    const {createdAt, createdBy, query, guards} = operation
    const plan = {operation: operation.id, createdAt, createdBy, query, guards, ...facts, ...foresight, inSap}
    if (flags.out !== undefined && !isEmpty) await writePlanFile(database, flags.out, plan)

    this.log(
      [
        presentPlan(facts, foresight, inSap),
        ...(isEmpty ? [] : ['', `Carry it out: ${nextCommand(operation.id, flags.out)}`]),
      ].join('\n'),
    )
    if (isEmpty && facts.skipped.length > 0) this.exitWith(exitCodes.someFailed)
    return {...plan, operation: isEmpty ? null : operation.id}
  }
}

function nextCommand(id: string, out: string | undefined): string {
  return out === undefined ? `erpsync dlq ops resume ${id}` : `erpsync dlq replay --plan ${out}`
}
