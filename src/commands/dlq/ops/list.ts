import {Flags} from '@oclif/core'
import {loadConfig} from '#lib/config/load.js'
import {listOperations, type Operation, type OperationState} from '#lib/deadletters/operations/operation.js'
import {presentOperations} from '#lib/deadletters/operations/present-operation.js'
import {systemClock} from '#lib/kernel/clock.js'
import {BaseCommand} from '#cli/base-command.js'

export default class DlqOpsList extends BaseCommand {
  static override summary = 'List operations on dead letters, newest first.'

  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    {
      description: 'What needs somebody:',
      command: '<%= config.bin %> <%= command.id %> --state stopped --state paused',
    },
  ]

  static override flags = {
    state: Flags.option({
      options: ['planned', 'running', 'paused', 'stopped', 'finished', 'cancelled'] as const,
      summary: 'only operations in this state; may be repeated',
      multiple: true,
    })(),
    limit: Flags.integer({summary: 'operations at most', default: 50, min: 1, max: 10_000}),
  }

  async run(): Promise<{readonly operations: readonly Operation[]}> {
    const {flags} = await this.parse(DlqOpsList)
    const config = await loadConfig(flags.config, process.env)
    const states = flags.state ?? allButPlanned
    const operations = await listOperations(await this.ledger(config), {states, limit: flags.limit})
    this.log(presentOperations(operations, systemClock.now()))
    return {operations}
  }
}

/** Plans that were never begun are many, and nobody waits for them. */
const allButPlanned: readonly OperationState[] = ['running', 'paused', 'stopped', 'finished', 'cancelled']
