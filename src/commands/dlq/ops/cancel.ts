import {Args} from '@oclif/core'
import {loadConfig} from '#lib/config/load.js'
import {cancelOperation} from '#lib/deadletters/operations/halt.js'
import type {Operation} from '#lib/deadletters/operations/operation.js'
import {presentCancelled} from '#lib/deadletters/operations/present-cancelled.js'
import {BaseCommand} from '#cli/base-command.js'
import {operationError} from '#cli/operation-error.js'
import {freeOperatorFlags, operatorOf} from '#cli/operator-flags.js'

export default class DlqOpsCancel extends BaseCommand {
  static override summary = 'End an operation for good, and tell what was sent and what was not.'

  static override description = `Whoever carries it out hears of it within a second, on whatever host. What was sent cannot be
called back and gets its outcome; what was not stays an open letter, free for another operation. Written to the trail.`

  static override examples = ['<%= config.bin %> <%= command.id %> R-7QK2M4A --reason "wrong group"']

  static override args = {operation: Args.string({description: 'its id', required: true})}

  static override flags = freeOperatorFlags

  async run(): Promise<{readonly operation: Operation}> {
    const {args, flags} = await this.parse(DlqOpsCancel)
    const config = await loadConfig(flags.config, process.env)
    const id = args.operation.toUpperCase()
    const outcome = await cancelOperation(await this.ledger(config), id, flags.reason, operatorOf(this, flags))
    if (outcome.kind !== 'halted') throw operationError(id, outcome)
    this.log(presentCancelled(outcome.operation))
    return {operation: outcome.operation}
  }
}
