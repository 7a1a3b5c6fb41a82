import {Args, Flags} from '@oclif/core'
import {loadConfig} from '#lib/config/load.js'
import type {Entry} from '#lib/resync/entry.js'
import {presentEntries} from '#lib/resync/present-entries.js'
import {presentItems, runCountsText} from '#lib/resync/run/present-run.js'
import type {RunItem} from '#lib/resync/run/read-items.js'
import {BaseCommand} from '#cli/base-command.js'
import {confirm} from '#cli/confirm.js'
import {freeOperatorFlags, operatorOf} from '#cli/operator-flags.js'
import {fromLedgerFlag, resyncTimeoutFlag} from '#cli/resync-run-flags.js'
import {lookAtKey, oneKeyExitCode, sendKey} from '#cli/resync-one.js'
import {newLease} from '#cli/run-operation.js'

interface ResyncResult {
  readonly flow: string
  /** How the key stood in SAP. */
  readonly entry: Entry
  /** The resync that brought it back; null if there was nothing to send. */
  readonly run: string | null
  /** What became of it, with SAP's number. */
  readonly item: RunItem | null
}

export default class Resync extends BaseCommand {
  static override summary = 'Bring one key back in SAP: compare, show, send, wait.'

  static override description = `Many keys go by a plan: erpsync resync plan, then erpsync resync apply. The key enters as a new message through the door,
and never goes straight to SAP. Written to the trail.

Exit codes: 0 it is equal, or is now, 2 there is nobody to ask and no --yes, 3 its message died, or it cannot be read, 7 a
dead letter of it is open, or it has moved meanwhile, 8 a message of it is under way, or the wait ended before it had an
outcome, 9 declined, 69 SAP is away, or not to be called now.`

  static override examples = ['<%= config.bin %> <%= command.id %> sales-order SO-2026-0001 --yes']

  static override args = {
    flow: Args.string({description: 'its name', required: true, ignoreStdin: true}),
    key: Args.string({description: 'business key', required: true, ignoreStdin: true}),
  }

  static override flags = {
    yes: Flags.boolean({summary: 'do not ask'}),
    ...fromLedgerFlag,
    timeout: resyncTimeoutFlag,
    ...freeOperatorFlags,
  }

  async run(): Promise<ResyncResult> {
    const {args, flags} = await this.parse(Resync)
    const config = await loadConfig(flags.config, process.env)
    const work = {config, database: await this.ledger(config), operator: operatorOf(this, flags), lease: newLease()}
    const say = (line: string): void => this.say(line)
    const isFromLedger = flags['from-ledger']
    const entry = await lookAtKey(work, {...args, unmask: false, isFromLedger, say})
    const result = {flow: args.flow, entry, run: null, item: null}
    this.log(presentEntries([entry], 0))
    const code = oneKeyExitCode(entry)
    if (code !== 'send') {
      this.exitWith(code)
      return result
    }
    const hint = 'Add --yes to agree beforehand; erpsync resync plan only looks.'
    if (!flags.yes) await confirm(`Send ${args.key} to SAP again?`, {json: this.jsonEnabled(), hint})
    const {run, item, exitCode} = await sendKey(work, entry, {
      flow: args.flow,
      isFromLedger,
      timeoutMs: flags.timeout,
      say,
    })
    this.log(['', item === null ? runCountsText(run.counts) : presentItems([item])].join('\n'))
    if (run.counts.failed > 0 && item !== null) this.log(`Why: erpsync message show ${item.messageId ?? ''}`)
    this.exitWith(exitCode)
    return {...result, run: run.id, item}
  }
}
