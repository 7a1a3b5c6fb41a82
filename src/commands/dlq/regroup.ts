import {loadConfig} from '#lib/config/load.js'
import {loadRules} from '#lib/deadletters/grouping/load-rules.js'
import {regroupLetters, type RegroupResult} from '#lib/deadletters/grouping/regroup.js'
import {presentRegroup} from '#lib/deadletters/groups/present-regroup.js'
import {openCounter} from '#lib/output/counter.js'
import {BaseCommand} from '#cli/base-command.js'
import {dryRunFlag} from '#cli/dry-run-flag.js'
import {interruptible} from '#cli/interruptible.js'
import {freeOperatorFlags, operatorOf} from '#cli/operator-flags.js'

type DlqRegroupResult = RegroupResult & {readonly dryRun: boolean}

export default class DlqRegroup extends BaseCommand {
  static override summary = 'Put dead letters into the groups that the rules of today give them.'

  static override description = `After a change of the rules (deadLetters.rules in the configuration), or a release with a new version of
the fingerprint: letters that are archived stay in their groups until this is done. A new group takes over who looks
after the old one, its note and its snooze. Written to the trail.`

  static override examples = [
    {description: 'Look first:', command: '<%= config.bin %> <%= command.id %> --dry-run'},
    '<%= config.bin %> <%= command.id %>',
  ]

  static override flags = {
    'dry-run': dryRunFlag('say what would move, change nothing'),
    ...freeOperatorFlags,
  }

  async run(): Promise<DlqRegroupResult> {
    const {flags} = await this.parse(DlqRegroup)
    const dryRun = flags['dry-run']
    const config = await loadConfig(flags.config, process.env)
    const rules = await loadRules(config.deadLetters.rules)
    const database = await this.ledger(config)
    const operator = dryRun ? null : operatorOf(this, flags)
    const counter = openCounter(process.stderr)
    const onProgress = (examined: number): void => counter.show(`${examined} letters examined`)
    const result = await interruptible(
      async (signal) => regroupLetters(database, {rules, operator, onProgress, signal}),
      'What was moved has moved. Type it again to go on.',
    )
    counter.clear()
    this.log(presentRegroup(result, dryRun))
    return {...result, dryRun}
  }
}
