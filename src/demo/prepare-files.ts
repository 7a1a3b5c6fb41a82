import {mkdir, readFile, rm, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import type {RfcSdk} from '#lib/sandbox/rfc-sdk/prepare-stand-in.js'
import {deriveConfig} from './derive-config.js'
import {type DemoPlace, examplesFolder} from './place.js'

interface Wanted {
  /** The example that the configuration is made of. */
  readonly example: string
  readonly short: boolean
  readonly sdk: RfcSdk | undefined
}

/** Writes the demo's configuration and orders; what an earlier demo has logged goes. */
export async function prepareFiles(place: DemoPlace, {example, short, sdk}: Wanted): Promise<void> {
  await mkdir(place.folder, {recursive: true})
  await rm(place.workerLog, {force: true})
  const config = await readFile(join(examplesFolder, example), 'utf8')
  await writeFile(place.config, deriveConfig(config, examplesFolder, sdk))
  const orders = await readFile(join(examplesFolder, 'data/orders.ndjson'), 'utf8')
  await writeFile(place.orders, short ? lastLines(orders, shortLines) : orders)
}

/** The end of the file, where every kind of trouble is to be found. */
function lastLines(text: string, count: number): string {
  return `${text.trimEnd().split('\n').slice(-count).join('\n')}\n`
}

const shortLines = 200
