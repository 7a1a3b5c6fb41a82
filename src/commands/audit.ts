import {Flags} from '@oclif/core'
import {auditPipeline} from '#lib/audit/audit-pipeline.js'
import {presentAudit} from '#lib/audit/present-audit.js'
import {repairCopies} from '#lib/audit/repair.js'
import type {AuditReport} from '#lib/audit/report.js'
import {allFlows, findFlow, loadConfig, requireSecrets} from '#lib/config/load.js'
import {exitCodes} from '#lib/kernel/exit-codes.js'
import {openCounter} from '#lib/output/counter.js'
import {configuredTopology} from '#lib/topology/configured.js'
import {declareTopology} from '#lib/topology/declare.js'
import {BaseCommand} from '#cli/base-command.js'
import {durationFlag} from '#cli/duration-flag.js'
import {interruptible} from '#cli/interruptible.js'

interface AuditResult extends AuditReport {
  /** Copies that were put back; null without `--repair`. */
  readonly repaired: number | null
}

export default class Audit extends BaseCommand {
  static override summary = 'Prove where every message is: ledger, outbox, queues, dead letters, SAP.'

  static override description = `Counts how many copies the ledger believes in each queue and what is there, looks for
dead messages without a letter and letters without a dead message, and asks SAP for a share of what is synced. Takes
nothing from a queue and may run beside workers: what is missing is looked for twice before it is called so.

--repair declares missing queues and puts missing copies back through the outbox. One copy too many does no harm: the
ledger grants each attempt once.

Exit codes: 0 everything is where it should be, 6 something is not (after --repair too: it was not),
69 PostgreSQL, RabbitMQ or SAP cannot be reached.`

  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    {
      description: 'Ask SAP for everything of the last day:',
      command: '<%= config.bin %> <%= command.id %> --sap all --since 1d',
    },
    {description: 'Put back what is missing:', command: '<%= config.bin %> <%= command.id %> --repair --sap none'},
  ]

  static override flags = {
    flow: Flags.string({summary: 'only this flow; repeat for more', multiple: true, env: 'ERPSYNC_FLOW'}),
    sap: Flags.custom<number>({parse: parseShare})({
      summary: 'how much of what is synced SAP is asked for: all, none or a percentage',
      env: 'ERPSYNC_SAP',
      helpValue: 'all|none|<n>%',
      default: 0.01,
      defaultHelp: async () => '1%',
    }),
    since: durationFlag({
      summary: 'ask SAP for, and judge the order of, only what was accepted within this time, e.g. 2h',
      env: 'ERPSYNC_SINCE',
    }),
    repair: Flags.boolean({summary: 'put missing copies back', env: 'ERPSYNC_REPAIR'}),
    lag: durationFlag({
      summary: "how old the management API's numbers may be",
      env: 'ERPSYNC_LAG',
      default: 12_000,
      defaultHelp: async () => '12s',
    }),
  }

  async run(): Promise<AuditResult> {
    const {flags} = await this.parse(Audit)
    const config = await loadConfig(flags.config, process.env)
    requireSecrets(config, 'rabbitmq')
    const flows = flags.flow?.map((name) => findFlow(config, name)) ?? allFlows(config)
    if (flags.sap > 0) for (const {destination} of flows) requireSecrets(config, `destinations.${destination}`)
    const database = await this.ledger(config)
    const counter = openCounter(process.stderr)

    const report = await interruptible(async (signal) =>
      auditPipeline(
        {config, database},
        {flows, sapShare: flags.sap, sinceMs: flags.since ?? null, lagMs: flags.lag, signal, onProgress: counter.show},
      ),
    ).finally(counter.clear)
    this.log(presentAudit(report))
    if (report.discrepancies.length > 0) this.exitWith(exitCodes.different)
    if (!flags.repair) {
      if (report.missing > 0) this.say('To put missing copies back, type: erpsync audit --repair')
      return {...report, repaired: null}
    }

    await declareTopology(config.rabbitmq.urls, configuredTopology(config))
    const repaired = await repairCopies(database, report.discrepancies)
    this.log(`${repaired} ${repaired === 1 ? 'copy' : 'copies'} put back.`)
    return {...report, repaired}
  }
}

async function parseShare(text: string): Promise<number> {
  if (text === 'all') return 1
  if (text === 'none') return 0
  const percent = /^(\d+(?:\.\d+)?)%$/.exec(text)?.[1]
  if (percent !== undefined && Number(percent) <= 100) return Number(percent) / 100
  throw new Error(`--sap takes all, none or a percentage such as 5%; got "${text}"`)
}
