import {errorMessage} from '#lib/kernel/errors.js'
import {sandboxAdmin} from '#lib/sandbox/erp/admin-client.js'
import {openCommandLine} from './command-line.js'
import {openLedgerReader} from './ledger.js'
import {type DemoPlace, demoPlace} from './place.js'
import {prepareFiles} from './prepare-files.js'
import {presentGoingOn, presentTimes} from './present-demo.js'
import {bringUpServices, type DemoServices, takeDownServices} from './services.js'
import type {Talk} from './talk.js'
import {type Story, tellStory} from './tell-story.js'

export interface DemoOptions {
  readonly dir: string
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
export async function runDemo({dir, short, keep}: DemoOptions, talk: Talk, signal: AbortSignal): Promise<DemoResult> {
  const begun = performance.now()
  const place = demoPlace(dir)
  try {
    talk.say(`Bringing up PostgreSQL, RabbitMQ and a sandbox ERP in ${place.sandbox}.`)
    const services = await bringUpServices(place, process.env, {signal, say: talk.say})
    await prepareFiles(place, {short})
    talk.say(presentTimes(place))
    const story = await tellStoryOver(place, services, talk, signal)
    return {...story, seconds: Math.round((performance.now() - begun) / 100) / 10, folder: place.folder}
  } finally {
    if (keep) talk.say(presentGoingOn(place))
    else await cleanUp(place, talk)
  }
}

async function tellStoryOver(
  place: DemoPlace,
  services: DemoServices,
  talk: Talk,
  signal: AbortSignal,
): Promise<Story> {
  const ledger = openLedgerReader(services.postgresUrl)
  try {
    const commands = openCommandLine(services.env, signal)
    return await tellStory({place, services, commands, admin: sandboxAdmin(services.erp), ledger, talk, signal})
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
