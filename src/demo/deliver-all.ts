import {exitCodes} from '#lib/kernel/exit-codes.js'
import {replayAnswer} from './answers.js'
import {createMaterial} from './create-material.js'
import {followLedger, isQuiet} from './follow-ledger.js'
import type {Standing} from './ledger.js'
import {listLetters} from './list-letters.js'
import {presentFaults, presentReasons} from './present-demo.js'
import type {Scene} from './scene.js'
import {type DemoWorker, startWorker} from './start-worker.js'

/** What became of the dead letters that were sent again. */
export interface Delivered {
  readonly replayed: number
  /** Of those, the ones that SAP took. */
  readonly resolved: number
}

/**
 * Delivers all that was pushed: one worker is killed in the middle of it, the
 * next one goes on; then the dead letters are mended and sent again.
 */
export async function deliverAll(scene: Scene): Promise<Delivered> {
  const {services, place, talk} = scene
  const startNext = async (): Promise<DemoWorker> => startWorker(services.env, place.workerLog)

  await crashMidway(scene, await startNext())
  talk.say('Starting the worker again.')
  const worker = await startNext()
  try {
    await follow(scene, worker, isQuiet)
    const delivered = await mendAndReplay(scene)
    await follow(scene, worker, isQuiet)
    talk.say('Stopping the worker in good order.')
    await worker.stop()
    return delivered
  } finally {
    // Without effect on a worker that has ended as it should.
    await worker.kill()
  }
}

async function crashMidway(scene: Scene, worker: DemoWorker): Promise<void> {
  try {
    await follow(scene, worker, isMidway)
  } finally {
    await worker.kill()
  }
  const {inFlight, underWay} = await scene.ledger.standing()
  scene.talk.say(`Killed the worker (SIGKILL): ${inFlight} calls were in flight, ${underWay} messages under way.`)
}

/** A third is done, and there is something in the worker's hands. */
function isMidway({synced, dead, underWay, inFlight}: Standing): boolean {
  return inFlight > 0 && 2 * (synced + dead) >= underWay
}

async function mendAndReplay({commands, admin, services, talk}: Scene): Promise<Delivered> {
  talk.say(presentFaults((await admin.stats()).faults))
  talk.say(presentReasons(await listLetters(commands)))
  await admin.clearFaults()
  await createMaterial(services.erp, missingMaterial, 'Cargo rack')
  talk.say(`SAP is well again, and material ${missingMaterial} was created there. Replaying the orders that died.`)

  const args = ['dlq', 'replay', '--flow', 'sales-order', '--yes', '--wait', '--timeout', '60s']
  const {replayed, outcome} = await commands.run(args, replayAnswer, {
    // The orders of an unknown customer die again.
    expected: [exitCodes.ok, exitCodes.someFailed],
  })
  const {resolved = 0, diedAgain = 0} = outcome ?? {}
  talk.say(`Replayed ${replayed}: ${resolved} resolved, ${diedAgain} dead again.`)
  return {replayed, resolved}
}

async function follow(scene: Scene, worker: DemoWorker, isWanted: (standing: Standing) => boolean): Promise<void> {
  const {ledger, signal, talk, place} = scene
  await followLedger(ledger, isWanted, {
    worker,
    signal,
    show: talk.show,
    timeoutMs: patienceMs,
    logFile: place.workerLog,
  })
}

/** What the example's orders ask for and the sandbox does not have. */
const missingMaterial = 'TG90'
const patienceMs = 150_000
