import {Args} from '@oclif/core'
import {loadConfig} from '#lib/config/load.js'
import {pauseOperation} from '#lib/deadletters/operations/halt.js'
import type {Operation} from '#lib/deadletters/operations/operation.js'
import {presentOperation} from '#lib/deadletters/operations/present-operation.js'
import {BaseCommand} from '#cli/base-command.js'
import {operationError} from '#cli/operation-error.js'
import {freeOperatorFlags, operatorOf} from '#cli/operator-flags.js'

export default class DlqOpsPause extends BaseCommand {
  static override summary = 'Have an operation send nothing more until it is resumed.'

  static override description = `Whoever carries it out hears of it within a second, on whatever host. What is on its way
goes on and gets its outcome. Written to the trail.`

  static override examples = ['<%= config.bin %> <%= command.id %> R-7QK2M4A --reason "SAP is slow"']

  static override args = {operation: Args.string({description: 'its id', required: true})}

  static override flags = freeOperatorFlags

  async run(): Promise<{readonly operation: Operation}> {
    const {args, flags} = await this.parse(DlqOpsPause)
    const config = await loadConfig(flags.config, process.env)
    const id = args.operation.toUpperCase()
    const outcome = await pauseOperation(await this.ledger(config), id, flags.reason, operatorOf(this, flags))
    if (outcome.kind !== 'halted') throw operationError(id, outcome)
    this.log(presentOperation(outcome.operation))
    return {operation: outcome.operation}
  }
}
