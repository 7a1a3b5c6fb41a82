import {Flags} from '@oclif/core'
import {presentTrailVerdict} from '#lib/audit/present-trail.js'
import {type TrailVerdict, verifyTrail} from '#lib/audit/verify-trail.js'
import {loadConfig} from '#lib/config/load.js'
import {exitCodes} from '#lib/kernel/exit-codes.js'
import type {Link} from '#lib/ledger/trail-chain.js'
import {openCounter} from '#lib/output/counter.js'
import {BaseCommand} from '#cli/base-command.js'
import {interruptible} from '#cli/interruptible.js'

export default class TrailVerify extends BaseCommand {
  static override summary = 'Prove that no entry of the trail was changed or removed.'

  static override description = `Follows the chain of hashes from the first entry to the last, and names the first entry
that was changed, removed or put in. Who may do everything in the database can write the whole chain anew: keep the head
that is printed at some other place, and compare with --expect later.

Exit codes: 0 the trail is as it was written, 6 it is not.`

  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    {
      description: 'Against a head that was kept:',
      command:
        '<%= config.bin %> <%= command.id %> --expect 5d0f2c6a5f0d0f7ad3a3b6c6c1f9f0e4b2a7d8c9e0f1a2b3c4d5e6f708192a3b@17',
    },
  ]

  static override flags = {
    expect: Flags.custom<Link>({parse: parseHead})({
      summary: 'a head that was kept: the entry of that number still has that hash',
      helpValue: '<hash>@<seq>',
      env: 'ERPSYNC_TRAIL_HEAD',
    }),
  }

  async run(): Promise<TrailVerdict> {
    const {flags} = await this.parse(TrailVerify)
    const database = await this.ledger(await loadConfig(flags.config, process.env))
    const counter = openCounter(process.stderr)
    const verdict = await interruptible(async (signal) =>
      verifyTrail(database, {
        kept: flags.expect ?? null,
        signal,
        onProgress: (entries) => counter.show(`${entries} checked`),
      }),
    ).finally(counter.clear)
    this.log(presentTrailVerdict(verdict))
    if (!verdict.intact) this.exitWith(exitCodes.different)
    return verdict
  }
}

async function parseHead(text: string): Promise<Link> {
  const [, hash, seq] = /^([\da-f]{64})@(\d{1,15})$/i.exec(text) ?? []
  if (hash !== undefined && seq !== undefined) return {hash: hash.toLowerCase(), seq: Number(seq)}
  throw new Error(`--expect takes what erpsync trail verify printed, <hash>@<seq>; got "${text}"`)
}
