import {loadConfig, requireSecrets} from '#lib/config/load.js'
import {systemClock} from '#lib/kernel/clock.js'
import {presentQueues} from '#lib/monitor/present-queues.js'
import {listQueues, type QueueList as QueueListResult} from '#lib/monitor/queues.js'
import {BaseCommand} from '#cli/base-command.js'

export default class QueueList extends BaseCommand {
  static override summary = 'Show how much is waiting where, and for how long.'

  static override description = `Queues from RabbitMQ: ready, unacknowledged, stuck on the way to a dead letter queue,
consumers, rates. Under way, delayed and oldest from the ledger, which counts what waits in PostgreSQL as well.`

  static override examples = ['<%= config.bin %> <%= command.id %>']

  async run(): Promise<QueueListResult> {
    const {flags} = await this.parse(QueueList)
    const config = await loadConfig(flags.config, process.env)
    requireSecrets(config, 'rabbitmq.urls')
    const list = await listQueues(config, await this.ledger(config))
    this.log(presentQueues(list, systemClock.now()))
    return list
  }
}
