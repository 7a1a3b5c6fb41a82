import {Flags} from '@oclif/core'
import {exitCodes} from '#lib/kernel/exit-codes.js'
import {BaseCommand} from '#cli/base-command.js'
import {interruptible} from '#cli/interruptible.js'
import {faceNames} from '#demo/face.js'
import {presentAccount, presentComplaints} from '#demo/present-demo.js'
import {type DemoResult, runDemo} from '#demo/run-demo.js'
import {openTalk} from '#demo/talk.js'

export default class Demo extends BaseCommand {
  static override summary = 'Sync a thousand orders with a sandbox ERP in trouble, and account for every one.'

  static override description = `Brings up a sandbox, pushes the examples, makes the sandbox ERP fail in many ways, kills the
worker in mid-call, mends what has died and sends it again. Then every accepted message is looked for in the sandbox ERP.
It ends with 0 only if nothing was lost and nothing was booked twice.

With "--erp rfc" SAP is called by RFC: by the real node-rfc, upon a stand-in for SAP's library that is built for it. That
takes a checkout of erpsync, Linux on x64, make and a C compiler.

Services come from where "sandbox up" finds them. The demo uses no configuration but its own.

Exit codes: 0 it adds up, 3 it does not, or something got stuck, 7 the database that was given is not empty, 69 a service
does not answer, 78 no calls by RFC on this machine.`

  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    {description: 'For CI, in under a minute:', command: '<%= config.bin %> <%= command.id %> --short --json'},
    {description: 'By RFC:', command: '<%= config.bin %> <%= command.id %> --erp rfc'},
    {description: 'To look around afterwards:', command: '<%= config.bin %> <%= command.id %> --keep'},
  ]

  static override flags = {
    dir: Flags.string({
      summary: 'folder of the demo: sandbox, configuration, logs',
      env: 'ERPSYNC_DEMO_DIR',
      default: '.erpsync/demo',
    }),
    erp: Flags.option({summary: 'how SAP is called', env: 'ERPSYNC_DEMO_ERP', options: faceNames, default: 'odata'})(),
    short: Flags.boolean({summary: 'only 200 of the 1,000 orders', env: 'ERPSYNC_DEMO_SHORT'}),
    keep: Flags.boolean({summary: 'leave the sandbox running at the end', env: 'ERPSYNC_DEMO_KEEP'}),
  }

  async run(): Promise<DemoResult> {
    const {flags} = await this.parse(Demo)
    const talk = openTalk(process.stderr)
    const result = await interruptible(async (signal) => runDemo(flags, talk, signal))
    this.log(presentAccount(result))
    if (result.complaints.length > 0) {
      this.say(presentComplaints(result))
      this.exitWith(exitCodes.someFailed)
    }
    return result
  }
}
