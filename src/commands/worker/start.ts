import {Flags} from '@oclif/core'
import {allFlows, findFlow, loadConfig} from '#lib/config/load.js'
import {lanes} from '#lib/kernel/lane.js'
import {openLog} from '#lib/output/open-log.js'
import {BaseCommand} from '#cli/base-command.js'
import {logFlags} from '#cli/log-flags.js'
import {roles, runWorker} from '#cli/run-worker.js'
import {stopOnSignal} from '#cli/stop-on-signal.js'

export default class WorkerStart extends BaseCommand {
  static override summary = 'Deliver messages to SAP, in the foreground, until told to stop.'

  static override description = `One process relays the outbox to the broker, consumes the lanes of every flow and archives
dead letters; --only runs one of these alone. SIGTERM or SIGINT: takes nothing new, finishes what is in flight, exits 0.
A second signal leaves at once; what was in flight is then looked up in SAP by the next worker.

While SAP is away, paused or in a closed window, messages wait; "erpsync destination list" says why.

Exit codes: 69 PostgreSQL or RabbitMQ not reachable at the start, 77 they refuse the credentials, 78 configuration.`

  static override examples = [
    '<%= config.bin %> <%= command.id %> --log-format json',
    {
      description: 'A worker for the retries of one flow:',
      command: '<%= config.bin %> <%= command.id %> --flow sales-order --lane retry --only lanes',
    },
  ]

  static override flags = {
    flow: Flags.string({summary: 'only this flow; repeat for more', multiple: true, env: 'ERPSYNC_FLOW'}),
    lane: Flags.option({options: lanes, summary: 'only these lanes', multiple: true, delimiter: ','})(),
    only: Flags.option({options: roles, summary: 'only these parts of a worker', multiple: true, delimiter: ','})(),
    concurrency: Flags.integer({
      summary: 'deliveries at once on the work lane of each flow; half of it on the others',
      default: 8,
      min: 1,
      max: 1000,
      env: 'ERPSYNC_CONCURRENCY',
    }),
    ...logFlags,
  }

  async run(): Promise<{readonly stopped: true}> {
    const {flags} = await this.parse(WorkerStart)
    const config = await loadConfig(flags.config, process.env)
    const settings = {
      flows: flags.flow?.map((name) => findFlow(config, name)) ?? allFlows(config),
      lanes: flags.lane ?? lanes,
      roles: flags.only ?? roles,
      concurrency: flags.concurrency,
    }
    await runWorker(config, settings, await openLog(flags['log-format'], flags['log-level']), stopOnSignal())
    return {stopped: true}
  }
}
