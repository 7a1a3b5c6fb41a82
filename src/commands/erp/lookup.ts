import {Args, Flags} from '@oclif/core'
import {BaseCommand} from '#cli/base-command.js'
import {askError} from '#cli/erp-error.js'
import {interruptible} from '#cli/interruptible.js'
import {lookUp, type LookedUp} from '#lib/audit/look-up.js'
import {findFlow, loadConfig, requireSecrets} from '#lib/config/load.js'
import {presentLookUp, type Sighting, sightingOf} from '#lib/audit/present-look-up.js'
import {ErpSyncError} from '#lib/kernel/errors.js'
import {exitCodes} from '#lib/kernel/exit-codes.js'

type ErpLookupResult = {
  readonly flow: string
  readonly destination: string
  readonly reference: string
} & Pick<LookedUp, 'by' | 'messageId'> &
  Sighting

export default class ErpLookup extends BaseCommand {
  static override summary = 'Ask SAP what it has under a reference of ours.'

  static override description = `Does by hand what erpsync does with a message in doubt: the look-up of the flow. Flows that
create are asked by reference; flows that change entities over OData by the entity's key, and then whether SAP has
it; a look-up by a function is asked with the document of the last message in the ledger that has the reference,
idempotency key or business key. Nothing is changed in SAP.

Exit codes: 0 found or not, 2 the flow cannot be asked so, 3 SAP has several, or has taken it and does not book it, 5 it
has none and --fail-on-empty was given, 69 SAP is unreachable, 77 it refuses the user, 78 the service or SAP's library is missing.`

  static override examples = [
    '<%= config.bin %> <%= command.id %> sales-order SO-2026-0001/1',
    {
      description: 'From a script:',
      command: '<%= config.bin %> <%= command.id %> sales-order SO-2026-0001/1 --fail-on-empty --json',
    },
  ]

  static override args = {
    flow: Args.string({description: 'flow whose look-up it is', required: true}),
    reference: Args.string({description: 'our reference in SAP, as message show tells it', required: true}),
  }

  static override flags = {'fail-on-empty': Flags.boolean({summary: 'end with 5 if SAP has none'})}

  async run(): Promise<ErpLookupResult> {
    const {args, flags} = await this.parse(ErpLookup)
    const config = await loadConfig(flags.config, process.env)
    const flow = findFlow(config, args.flow)
    requireSecrets(config, `destinations.${flow.destination}`)
    const place = {flow: flow.name, destination: flow.destination, reference: args.reference}

    const found = await interruptible(async (signal) => {
      const looked = await lookUp({flow, openLedger: async () => this.ledger(config)}, args.reference, signal)
      signal.throwIfAborted()
      return looked
    })
    if (found.by === null) throw new ErpSyncError(found.reason, {code: 'not_askable', exitCode: exitCodes.usage})
    if (found.outcome.kind === 'failed') throw askError(found.outcome.failure)
    const sighting = sightingOf(found.outcome)
    this.log(presentLookUp({...place, by: found.by, ...sighting}))
    if (sighting.outcome === 'several' || sighting.outcome === 'refused') this.exitWith(exitCodes.someFailed)
    if (sighting.outcome === 'absent' && flags['fail-on-empty']) this.exitWith(exitCodes.nothingMatched)
    return {...place, by: found.by, messageId: found.messageId, ...sighting}
  }
}
