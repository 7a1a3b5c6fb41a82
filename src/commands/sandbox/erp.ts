import {once} from 'node:events'
import {Flags} from '@oclif/core'
import {BaseCommand} from '#cli/base-command.js'
import {sandboxErpAddress} from '#cli/sandbox-flags.js'
import {stopOnSignal} from '#cli/stop-on-signal.js'
import {type RfcAddress, startSandboxErp} from '#lib/sandbox/erp/start-sandbox-erp.js'

interface SandboxErpResult {
  readonly url: string
  readonly baseUrl: string
  readonly rfc?: RfcAddress
}

export default class SandboxErp extends BaseCommand {
  static override summary = 'Run a sandbox ERP that answers like SAP Gateway, and takes RFC calls.'

  static override description = `It holds customers USCU_S01 to USCU_S40 and 100001 to 100005, products TG10
to TG49 and the orders booked since it was started, all in memory and the same on every face.
Faults are set and effects are asked for under /__sandbox/. It runs until it is interrupted.`

  static override examples = [
    {
      command: '<%= config.bin %> <%= command.id %> --password secret',
      description: 'Listen on http://127.0.0.1:4010.',
    },
    {
      command: '<%= config.bin %> <%= command.id %> --password secret --rfc-port 3300',
      description: 'Take RFC calls too, as a system with number 00 would.',
    },
  ]

  static override flags = {
    ...sandboxErpAddress,
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
    const {url, baseUrl, rfc, close} = await startSandboxErp({...flags, rfcPort: flags['rfc-port']})
    const calls = rfc ? ` It takes RFC calls on tcp:${rfc.host}:${rfc.port}.` : ''
    this.say(`The sandbox ERP listens on ${url} (OData V2 services at ${baseUrl}).${calls}`)
    if (!stop.aborted) await once(stop, 'abort')
    await close()
    return {url, baseUrl, ...(rfc && {rfc})}
  }
}
