import {Flags} from '@oclif/core'
import {presentTrail} from '#lib/audit/present-trail.js'
import {loadConfig} from '#lib/config/load.js'
import {systemClock} from '#lib/kernel/clock.js'
import {exitCodes} from '#lib/kernel/exit-codes.js'
import {isId} from '#lib/kernel/ids.js'
import {listTrail, type TrailRecord} from '#lib/ledger/trail-records.js'
import {BaseCommand} from '#cli/base-command.js'
import {durationFlag} from '#cli/duration-flag.js'

interface TrailListResult {
  readonly entries: readonly TrailRecord[]
  /** Give this to `--before` for the next page; null at the end. */
  readonly next: number | null
}

export default class TrailList extends BaseCommand {
  static override summary = 'List what operators did by hand, newest first.'

  static override examples = [
    '<%= config.bin %> <%= command.id %> --since 1d --actor ada',
    {
      description: 'All that was done to a message:',
      command: '<%= config.bin %> <%= command.id %> --message 019c5a1e-7d1c-7000-8a61-5d2f6f1f0b11',
    },
  ]

  static override flags = {
    since: durationFlag({summary: 'only entries of this time, e.g. 2h'}),
    actor: Flags.string({summary: 'only what this operator did'}),
    action: Flags.string({summary: 'only this action, e.g. key.skip'}),
    flow: Flags.string({summary: 'only what was done to this flow', env: 'ERPSYNC_FLOW'}),
    message: Flags.string({summary: 'only what was done to the message of this id'}),
    operation: Flags.string({summary: 'only what belongs to the operation of this id'}),
    limit: Flags.integer({summary: 'entries a page', default: 50, min: 1, max: 10_000}),
    before: Flags.integer({summary: 'next page: what the page before named', min: 1}),
  }

  async run(): Promise<TrailListResult> {
    const {flags} = await this.parse(TrailList)
    const {actor = null, action = null, flow = null, message = null, operation = null, before = null, limit} = flags
    if (message !== null && !isId(message)) {
      this.error(`"${message}" is not the id of a message.`, {exit: exitCodes.usage})
    }
    const entries = await listTrail(await this.ledger(await loadConfig(flags.config, process.env)), {
      sinceMs: flags.since ?? null,
      actor,
      action,
      flow,
      messageId: message,
      operationId: operation,
      before,
      limit,
    })
    const next = entries.length === limit ? (entries.at(-1)?.seq ?? null) : null
    this.log(presentTrail(entries, systemClock.now(), next))
    return {entries, next}
  }
}
