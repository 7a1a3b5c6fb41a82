import {resolve} from 'node:path'
import {type Document, isMap, isScalar, isSeq, parseDocument} from 'yaml'
import type {RfcSdk} from '#lib/sandbox/rfc-sdk/prepare-stand-in.js'

/** What the demo changes in the example's configuration, so that nobody has to wait for hours. */
export const demoTimes = {timeout: '3s', settle: '2s', delays: ['500ms', '2s', '5s'], attempts: 12} as const

/** Exchanges and queues of the demo's own, should the broker be one that others use as well. */
export const demoPrefix = 'erpsync-demo'

/**
 * The example's configuration with short times, a prefix of its own and
 * absolute paths; flows, destinations, placeholders and comments stay. Where a
 * destination is called by RFC, by that library.
 */
export function deriveConfig(text: string, folder: string, sdk?: RfcSdk): string {
  const document = parseDocument(text)
  document.setIn(['rabbitmq', 'prefix'], demoPrefix)
  for (const name of namesIn(document, 'destinations')) {
    document.setIn(['destinations', name, 'timeout'], demoTimes.timeout)
    if (sdk !== undefined) document.setIn(['destinations', name, 'sdk'], document.createNode(sdk))
  }
  for (const name of namesIn(document, 'flows')) {
    const flow = ['flows', name]
    document.setIn([...flow, 'operation', 'probe', 'settle'], demoTimes.settle)
    document.setIn([...flow, 'retry', 'delays'], document.createNode(demoTimes.delays, {flow: true}))
    const attempts = document.getIn([...flow, 'retry', 'attempts'])
    // A flow that gives up earlier than that has its reason.
    if (typeof attempts !== 'number' || attempts > demoTimes.attempts) {
      document.setIn([...flow, 'retry', 'attempts'], demoTimes.attempts)
    }
    makeAbsolute(document, [...flow, 'schema'], folder)
    makeAbsolute(document, [...flow, 'operation', 'map'], folder)
    makeAbsolute(document, [...flow, 'operation', 'probe', 'parameters'], folder)
    for (const step of indexesIn(document, [...flow, 'operation', 'steps'])) {
      makeAbsolute(document, [...flow, 'operation', 'steps', step, 'parameters'], folder)
    }
  }
  return document.toString({lineWidth: 0})
}

function namesIn(document: Document, section: string): readonly string[] {
  const node = document.get(section)
  if (!isMap(node)) return []
  return node.items.flatMap(({key}) => (isScalar(key) ? [String(key.value)] : []))
}

function indexesIn(document: Document, path: readonly string[]): readonly number[] {
  const node = document.getIn(path)
  return isSeq(node) ? [...node.items.keys()] : []
}

function makeAbsolute(document: Document, path: readonly (string | number)[], folder: string): void {
  const file = document.getIn(path)
  if (typeof file === 'string') document.setIn(path, resolve(folder, file))
}
