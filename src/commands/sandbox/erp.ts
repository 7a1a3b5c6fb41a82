import {once} from 'node:events'
import {Flags} from '@oclif/core'
import {BaseCommand} from '#cli/base-command.js'
import {stopOnSignal} from '#cli/stop-on-signal.js'
import {startSandboxErp} from '#lib/sandbox/erp/start-sandbox-erp.js'

interface SandboxErpResult {
  readonly url: string
  readonly baseUrl: string
}

export default class SandboxErp extends BaseCommand {
  static override summary = 'Run a sandbox ERP that answers like SAP Gateway.'

  static override description = `It holds customers USCU_S01 to USCU_S40, products TG10 to TG49 and the orders booked
since it was started, all in memory. Faults are set and effects are asked for under /__sandbox/.
It runs until it is interrupted.`

  static override examples = [
    {
      command: '<%= config.bin %> <%= command.id %> --password secret',
      description: 'Listen on http://127.0.0.1:4010.',
    },
  ]

  static override flags = {
    host: Flags.string({summary: 'address to listen on', env: 'ERPSYNC_ERP_HOST', default: '127.0.0.1'}),
    port: Flags.integer({
      summary: 'port to listen on; 0 for any free one',
      env: 'ERPSYNC_ERP_PORT',
      default: 4010,
      min: 0,
      max: 65_535,
    }),
    user: Flags.string({summary: 'user that clients log on with', env: 'ERPSYNC_ERP_USER', default: 'ERPSYNC'}),
    password: Flags.string({
      summary: 'password that clients log on with',
      env: 'ERPSYNC_ERP_PASSWORD',
      required: true,
    }),
    seed: Flags.integer({
      summary: 'decides which requests a fault with a rate strikes',
      env: 'ERPSYNC_ERP_SEED',
      default: 1,
      min: 0,
    }),
  }

  async run(): Promise<SandboxErpResult> {
    const {flags} = await this.parse(SandboxErp)
    const stop = stopOnSignal()
    const {url, baseUrl, close} = await startSandboxErp(flags)
    this.say(`The sandbox ERP listens on ${url} (OData V2 services at ${baseUrl}).`)
    if (!stop.aborted) await once(stop, 'abort')
    await close()
    return {url, baseUrl}
  }
}
