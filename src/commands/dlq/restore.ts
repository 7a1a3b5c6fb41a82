import {loadConfig} from '#lib/config/load.js'
import {restoreLetters} from '#lib/deadletters/repair/restore.js'
import {amongDiscarded} from '#lib/deadletters/repair/select-letters.js'
import {BaseCommand} from '#cli/base-command.js'
import {confirmFlags} from '#cli/confirm-count.js'
import {dryRunFlag} from '#cli/dry-run-flag.js'
import {letterArgs, letterFlags, requireSelection} from '#cli/letter-selection.js'
import {operatorFlags, operatorOf} from '#cli/operator-flags.js'
import {type SetAsideResult, setAsideLetters} from '#cli/set-aside-letters.js'

export default class DlqRestore extends BaseCommand {
  static override summary = 'Take discarded dead letters back.'

  static override description = `They are open again, and their messages dead. Refused where a newer version of the key has gone
on meanwhile. A query means discarded letters, whatever it says of states. Each is written to
the trail.

Exit codes: 0 done, 3 some could not be restored, 7 --confirm named another count, 9 declined.`

  static override examples = [
    "<%= config.bin %> <%= command.id %> 019c5a1e-7d1c-7000-8a61-5d2f6f1f0b11 --reason 'was no duplicate'",
    '<%= config.bin %> <%= command.id %> -q "flow:sales-order key:TEST-*" --reason \'was no test\' --yes',
  ]

  static override strict = false

  static override args = letterArgs

  static override flags = {
    ...letterFlags,
    'dry-run': dryRunFlag('count them, change nothing'),
    ...confirmFlags,
    ...operatorFlags,
  }

  async run(): Promise<SetAsideResult> {
    const {argv, flags} = await this.parse(DlqRestore)
    const config = await loadConfig(flags.config, process.env)
    const selection = amongDiscarded(await requireSelection(config, argv.map(String), flags))
    const database = await this.ledger(config)
    const operator = operatorOf(this, flags)
    const asked = {database, selection, flags, json: this.jsonEnabled(), say: (line: string) => this.say(line)}
    const {result, text, exitCode} = await setAsideLetters(asked, {
      question: (count) => `Restore ${count} dead letters?`,
      done: 'Restored',
      work: async (letterIds, operationId, options) =>
        restoreLetters(database, letterIds, {operator, operationId}, options),
    })
    this.log(text)
    this.exitWith(exitCode)
    return result
  }
}
