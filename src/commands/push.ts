import {Args, Flags} from '@oclif/core'
import {findFlow, loadConfig} from '#lib/config/load.js'
import {exitCodes} from '#lib/kernel/exit-codes.js'
import {openDoor} from '#lib/intake/door.js'
import {maskLine} from '#lib/intake/mask-line.js'
import {openInput} from '#lib/intake/open-input.js'
import {presentPush, presentReject} from '#lib/intake/present-push.js'
import {type PushCounts, pushStream, type Reject} from '#lib/intake/push.js'
import {openRejectsFile} from '#lib/intake/rejects-file.js'
import {openCounter} from '#lib/output/counter.js'
import {BaseCommand} from '#cli/base-command.js'
import {stopOnSignal} from '#cli/stop-on-signal.js'

interface PushResult extends PushCounts {
  readonly flow: string
  readonly file: string
  readonly dryRun: boolean
  /** The first rejected lines, personal data masked; all of them, as they came, are in the file of `--rejects`. */
  readonly rejects: readonly Reject[]
}

export default class Push extends BaseCommand {
  static override summary = 'Accept a file of documents into a flow.'

  static override description = `Reads one JSON document a line. Each is checked against the flow's schema and mapping;
what passes is committed to PostgreSQL and will not be lost, what does not is named by line and field. The same
document again is a duplicate and changes nothing.

Exit codes: 0 all accepted or duplicate, 3 some rejected, 65 all rejected, 66 no such file, 69 PostgreSQL not reachable.`

  static override examples = [
    '<%= config.bin %> <%= command.id %> sales-order orders.ndjson --rejects rejects.ndjson',
    {
      description: 'Check only:',
      command: 'cat orders.ndjson | <%= config.bin %> <%= command.id %> sales-order - --dry-run',
    },
  ]

  static override args = {
    flow: Args.string({description: 'flow to push into', required: true}),
    file: Args.string({description: 'NDJSON file, or - for standard input', required: true}),
  }

  static override flags = {
    rejects: Flags.string({summary: 'file that receives the rejected lines and why', env: 'ERPSYNC_REJECTS'}),
    'dry-run': Flags.boolean({summary: 'check everything, write nothing to the ledger'}),
  }

  async run(): Promise<PushResult> {
    const {args, flags} = await this.parse(Push)
    const config = await loadConfig(flags.config, process.env)
    const flow = findFlow(config, args.flow)
    const dryRun = flags['dry-run']
    const [door, input] = [await openDoor(flow), await openInput(args.file)]
    const database = dryRun ? null : await this.ledger(config)
    const file = flags.rejects === undefined ? undefined : await openRejectsFile(flags.rejects)
    const counter = openCounter(process.stderr)
    const rejects: Reject[] = []
    const stop = stopOnSignal()

    const counts = await pushStream({database, door}, input, {
      dryRun,
      signal: stop,
      onProgress: ({read, accepted, rejected}) =>
        counter.show(`${read} read, ${accepted} accepted, ${rejected} rejected`),
      onReject: async (reject) => {
        await file?.write(reject)
        if (rejects.length >= mostShown) return
        rejects.push({...reject, text: maskLine(reject.text, door.personal)})
        counter.clear()
        this.say(presentReject(reject))
      },
    })

    counter.clear()
    await file?.close()
    this.log(presentPush(counts, {flow: flow.name, dryRun, rejectsFile: flags.rejects}))
    if (stop.aborted) this.say('Stopped. Push the same file again: what was accepted is recognised.')
    if (counts.rejected > 0) this.exitWith(counts.rejected === counts.read ? exitCodes.badInput : exitCodes.someFailed)
    if (stop.aborted) this.exitWith(stop.reason === 'SIGINT' ? exitCodes.interrupted : exitCodes.terminated)
    return {flow: flow.name, file: args.file, dryRun, ...counts, rejects}
  }
}

const mostShown = 100
