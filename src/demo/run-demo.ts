import {errorMessage} from '#lib/kernel/errors.js'
import {sandboxAdmin} from '#lib/sandbox/erp/admin-client.js'
import type {RfcSdk} from '#lib/sandbox/rfc-sdk/prepare-stand-in.js'
import {openCommandLine} from './command-line.js'
import {type FaceName, faces} from './face.js'
import {openLedgerReader} from './ledger.js'
import {type DemoPlace, demoPlace} from './place.js'
import {prepareFiles} from './prepare-files.js'
import {presentGoingOn, presentTimes} from './present-demo.js'
import type {Scene} from './scene.js'
import {bringUpServices, takeDownServices} from './services.js'
import {requireStandIn} from './stand-in.js'
import type {Talk} from './talk.js'
import {type Story, tellStory} from './tell-story.js'

export interface DemoOptions {
  readonly dir: string
  /** How SAP is called. */
  readonly erp: FaceName
  /** A part of the orders, for CI. */
  readonly short: boolean
  /** Leaves the sandbox as it is at the end. */
  readonly keep: boolean
}

export interface DemoResult extends Story {
  readonly seconds: number
  /** Where the configuration, the rejected lines and the worker's log are. */
  readonly folder: string
}

/**
 * Runs the whole demo: services and a configuration of its own, the story, and
 * the account of it. Whatever happens, the sandbox is taken down at the end
 * unless it is to be kept.
 */
export async function runDemo(
  {dir, erp, short, keep}: DemoOptions,
  talk: Talk,
  signal: AbortSignal,
): Promise<DemoResult> {
  const begun = performance.now()
  const place = demoPlace(dir)
  const face = faces[erp]
  const sdk = erp === 'rfc' ? await buildStandIn(talk) : undefined
  try {
    talk.say(`Bringing up PostgreSQL, RabbitMQ and a sandbox ERP in ${place.sandbox}.`)
    const services = await bringUpServices(place, process.env, {erp, signal, say: talk.say})
    await prepareFiles(place, {example: face.example, short, sdk})
    talk.say(presentTimes(face, place))
    const story = await tellStoryOver({face, place, services, talk, signal})
    return {...story, seconds: Math.round((performance.now() - begun) / 100) / 10, folder: place.folder}
  } finally {
    if (keep) talk.say(presentGoingOn(place, erp))
    else await cleanUp(place, talk)
  }
}

/** Before anything else: where it cannot be had, there is no demo. */
async function buildStandIn(talk: Talk): Promise<RfcSdk> {
  talk.say("Building the stand-in for SAP's RFC library, for the real node-rfc.")
  return requireStandIn()
}

async function tellStoryOver(stage: Omit<Scene, 'commands' | 'admin' | 'ledger'>): Promise<Story> {
  const {services, signal} = stage
  const ledger = openLedgerReader(services.postgresUrl)
  try {
    const commands = openCommandLine(services.env, signal)
    return await tellStory({...stage, commands, admin: sandboxAdmin(services.erp), ledger})
  } finally {
    await ledger.close()
  }
}

/** Never throws: how the demo went is the news, not how it was tidied up. */
async function cleanUp(place: DemoPlace, talk: Talk): Promise<void> {
  talk.say('Taking the sandbox down.')
  await takeDownServices(place, process.env).catch((error: unknown) => {
    talk.say(`${errorMessage(error)}\nType: erpsync sandbox down --dir ${place.sandbox}`)
  })
}
