import type {Flow} from '#lib/config/load.js'
import {createBell} from '#lib/kernel/bell.js'
import {errorMessage} from '#lib/kernel/errors.js'
import {controlChannel} from '#lib/ledger/control.js'
import {readDestinations, registerDestinations} from '#lib/ledger/destinations.js'
import {readPauses} from '#lib/ledger/pauses.js'
import {removeShares} from '#lib/ledger/worker-shares.js'
import {DestinationGate} from './destination-gate.js'
import type {GateParts} from './gate-parts.js'
import type {Entry} from './permit.js'

/** What every delivery passes before it is claimed. */
export interface Gate {
  /**
   * Waits until the flow's destination may be called: not while it is away,
   * paused or in a closed window, nor while the flow is paused, nor without a slot.
   */
  readonly enter: (flow: Flow) => Promise<Entry>
  /** Gives the shares of the slots back. Nobody enters any more. */
  readonly close: () => Promise<void>
}

interface GateOptions {
  /** How long a delivery waits in hand: well below the broker's patience with a consumer, which is 30 minutes. */
  readonly maxWaitMs?: number
}

/**
 * Opens the gates of all destinations of these flows, and keeps them in line
 * with the ledger: a look a second, and at once when something was changed.
 * From the stop signal on nobody is let in; calls under way keep their slots.
 */
export async function openGate(
  parts: GateParts,
  flows: readonly Flow[],
  stop: AbortSignal,
  {maxWaitMs = 600_000}: GateOptions = {},
): Promise<Gate> {
  const {database, log, name} = parts
  const bell = createBell()
  const gates = new Map(
    flows.map(({destination, target}) => [
      destination,
      new DestinationGate(destination, target, parts, {maxWaitMs, onHungry: bell.ring}),
    ]),
  )
  const destinations = [...gates.keys()]
  await registerDestinations(database, destinations)

  const look = async (): Promise<void> => {
    const begunMs = performance.now()
    const [states, pauses] = await Promise.all([readDestinations(database, destinations), readPauses(database)])
    const paused = (scope: string): ReadonlySet<string> =>
      new Set(pauses.filter((pause) => pause.scope === scope).map((pause) => pause.name))
    for (const [destination, gate] of gates) {
      gate.follow({
        begunMs,
        state: states.find((state) => state.name === destination),
        isPaused: paused('destination').has(destination),
        pausedFlows: paused('flow'),
      })
      await gate.renew()
    }
  }

  await look()
  const ending = new AbortController()
  const following = followLedger(look, bell, parts, ending.signal)
  const sendAway = (): void => gates.forEach((gate) => gate.stop())
  if (stop.aborted) sendAway()
  stop.addEventListener('abort', sendAway, {once: true})

  return {
    enter: async ({destination, name: flow}) => {
      const gate = gates.get(destination)
      if (gate === undefined) throw new Error(`no gate for destination ${destination}`)
      return gate.enter(flow)
    },
    close: async () => {
      sendAway()
      ending.abort()
      await following
      await removeShares(database, name).catch((error: unknown) => {
        log.warn({error: errorMessage(error)}, 'shares not given back; they expire')
      })
    },
  }
}

async function followLedger(
  look: () => Promise<void>,
  bell: ReturnType<typeof createBell>,
  {database, log}: GateParts,
  ending: AbortSignal,
): Promise<void> {
  const listener = database.listen(controlChannel, bell.ring)
  let isBlind = false
  while (!ending.aborted) {
    await bell.wait(lookEveryMs, ending)
    if (ending.aborted) break
    try {
      await look()
      isBlind = false
    } catch (error) {
      if (!isBlind)
        log.warn({error: errorMessage(error)}, 'breakers and pauses not readable; going by the last reading')
      isBlind = true
    }
  }
  await listener.close()
}

const lookEveryMs = 1000
