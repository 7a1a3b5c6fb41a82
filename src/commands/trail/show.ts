import {Args} from '@oclif/core'
import {presentTrailRecord} from '#lib/audit/present-trail.js'
import {loadConfig} from '#lib/config/load.js'
import {ErpSyncError} from '#lib/kernel/errors.js'
import {exitCodes} from '#lib/kernel/exit-codes.js'
import {readTrailRecord, type TrailRecord} from '#lib/ledger/trail-records.js'
import {BaseCommand} from '#cli/base-command.js'

export default class TrailShow extends BaseCommand {
  static override summary = 'Show one entry of the trail: who, why, and how it was before and after.'

  static override examples = ['<%= config.bin %> <%= command.id %> 17']

  static override args = {seq: Args.integer({description: 'number of the entry', required: true, min: 1})}

  async run(): Promise<TrailRecord> {
    const {args, flags} = await this.parse(TrailShow)
    const database = await this.ledger(await loadConfig(flags.config, process.env))
    const entry = await readTrailRecord(database, args.seq)
    if (!entry) {
      throw new ErpSyncError(`There is no entry ${args.seq} on the trail.`, {
        code: 'unknown_entry',
        exitCode: exitCodes.usage,
        hint: 'Type: erpsync trail list',
      })
    }
    this.log(presentTrailRecord(entry))
    return entry
  }
}
