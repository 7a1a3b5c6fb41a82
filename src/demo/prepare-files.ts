import {mkdir, readFile, rm, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {deriveConfig} from './derive-config.js'
import {type DemoPlace, examplesFolder} from './place.js'

/** Writes the demo's configuration and orders; what an earlier demo has logged goes. */
export async function prepareFiles(place: DemoPlace, {short}: {readonly short: boolean}): Promise<void> {
  await mkdir(place.folder, {recursive: true})
  await rm(place.workerLog, {force: true})
  const config = await readFile(join(examplesFolder, 'erpsync.yaml'), 'utf8')
  await writeFile(place.config, deriveConfig(config, examplesFolder))
  const orders = await readFile(join(examplesFolder, 'data/orders.ndjson'), 'utf8')
  await writeFile(place.orders, short ? lastLines(orders, shortLines) : orders)
}

/** The end of the file, where every kind of trouble is to be found. */
function lastLines(text: string, count: number): string {
  return `${text.trimEnd().split('\n').slice(-count).join('\n')}\n`
}

const shortLines = 200
