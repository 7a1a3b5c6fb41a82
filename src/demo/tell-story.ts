import {z} from 'zod'
import {ErpSyncError} from '#lib/kernel/errors.js'
import {exitCodes} from '#lib/kernel/exit-codes.js'
import {pushAnswer} from './answers.js'
import {deliverAll, type Delivered} from './deliver-all.js'
import {listLetters} from './list-letters.js'
import type {Scene} from './scene.js'
import {type Account, type PushReport, takeAccount} from './take-account.js'

/** The account, what was mended, and what SAP did to us. */
export interface Story extends Account, Delivered {
  /** How often each kind of fault struck. */
  readonly faults: Readonly<Record<string, number>>
}

/**
 * Orders come in while SAP is in trouble, a worker dies, somebody mends what
 * can be mended, and at the end everything that was accepted is looked for in SAP.
 */
export async function tellStory(scene: Scene): Promise<Story> {
  const {face, admin, commands, ledger, talk} = scene
  await prepareServices(scene)
  await admin.setFaults(face.faults)
  talk.say(`SAP is in trouble from now on: ${face.faults.faults.map(({kind}) => kind).join(', ')}.`)

  const pushes = await pushExamples(scene)
  const delivered = await deliverAll(scene)

  talk.say('Asking SAP for every message that was accepted.')
  const letters = await listLetters(commands)
  const account = takeAccount({
    pushes,
    messages: await ledger.messages(),
    openLetters: new Set(letters.flatMap(({messageId}) => messageId ?? [])),
    booked: await admin.effects(),
  })
  return {...account, ...delivered, faults: (await admin.stats()).faults}
}

async function prepareServices({commands, admin, ledger}: Scene): Promise<void> {
  if (!(await ledger.isEmpty())) {
    throw new ErpSyncError('The database that the environment names holds messages already.', {
      code: 'demo_ledger_taken',
      exitCode: exitCodes.conflict,
      hint: 'The demo wants an empty one; for a private one, type: unset ERPSYNC_POSTGRES_URL',
    })
  }
  await commands.run(['db', 'migrate'], z.unknown())
  await commands.run(['topology', 'declare'], z.unknown())
  await admin.reset()
  await commands.run(['erp', 'ping'], z.unknown())
}

async function pushExamples({face, commands, place, talk}: Scene): Promise<readonly PushReport[]> {
  const pushes: PushReport[] = []
  for (const [flow, file] of Object.entries(face.filesOf(place))) {
    const args = ['push', flow, file, '--rejects', place.rejectsOf(flow)]
    const push = await commands.run(args, pushAnswer, {expected: [exitCodes.ok, exitCodes.someFailed]})
    const {read, accepted, duplicate, rejected} = push
    talk.say(`Pushed ${flow}: ${read} read, ${accepted} accepted, ${duplicate} duplicate, ${rejected} refused.`)
    pushes.push(push)
  }
  return pushes
}
