import {Args} from '@oclif/core'
import {loadConfig} from '#lib/config/load.js'
import {findOperation, type Operation} from '#lib/deadletters/operations/operation.js'
import {presentOutcomes} from '#lib/deadletters/operations/present-outcomes.js'
import {
  type FailedLetter,
  type OutcomeShare,
  readFailed,
  readOutcomes,
} from '#lib/deadletters/operations/read-outcomes.js'
import {presentOperation} from '#lib/deadletters/operations/present-operation.js'
import {BaseCommand} from '#cli/base-command.js'
import {unknownOperation} from '#cli/operation-error.js'

interface DlqOpsShowResult {
  readonly operation: Operation
  readonly outcomes: readonly OutcomeShare[]
  /** Letters that died again, the first hundred. */
  readonly failed: readonly FailedLetter[]
}

export default class DlqOpsShow extends BaseCommand {
  static override summary = 'Show an operation on dead letters: who, what, how far, and what became of it.'

  static override examples = ['<%= config.bin %> <%= command.id %> R-7QK2M4A']

  static override args = {operation: Args.string({description: 'its id', required: true})}

  async run(): Promise<DlqOpsShowResult> {
    const {args, flags} = await this.parse(DlqOpsShow)
    const config = await loadConfig(flags.config, process.env)
    const database = await this.ledger(config)
    const id = args.operation.toUpperCase()
    const operation = await findOperation(database, id)
    if (operation === undefined) throw unknownOperation(id)
    const [outcomes, failed] = await Promise.all([readOutcomes(database, id), readFailed(database, id, 100)])
    this.log([presentOperation(operation), '', presentOutcomes(outcomes, failed)].join('\n'))
    return {operation, outcomes, failed}
  }
}
