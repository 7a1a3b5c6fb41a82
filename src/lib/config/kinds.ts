import {z} from 'zod'
import {idocDestination, idocOperation, locateIdocFiles} from './idoc-kind.js'
import {nullDestination} from './null-kind.js'
import {locateODataFiles, odataDestination, odataOperation} from './odata-kind.js'
import {locateRfcFiles, locateSdk, rfcDestination, rfcOperation} from './rfc-kind.js'

/** One SAP system, of any kind. */
export const destinationSchema = z.discriminatedUnion('kind', [
  odataDestination,
  rfcDestination,
  idocDestination,
  nullDestination,
])

/** What each kind of operation holds. In the file they carry no `kind`: it is that of the destination. */
export const operationSchemas = [odataOperation, rfcOperation, idocOperation] as const

export const operationSchema = z.discriminatedUnion('kind', operationSchemas, {
  error: 'an operation is of the kind of its destination; leave this out',
})

type Destination = z.output<typeof destinationSchema>
type Operation = z.output<typeof operationSchema>

/** Marks every operation in the file with its kind: what it may hold depends on it. */
export function markOperations(tree: unknown): unknown {
  if (!isObject(tree) || !isObject(tree.flows)) return tree
  const {destinations} = tree
  const flows = Object.entries(tree.flows).map(([name, flow]) => [name, mark(flow, destinations)])
  return {...tree, flows: Object.fromEntries(flows)}
}

/** The operation with absolute paths of all its files. */
export function locateFiles(operation: Operation, folder: string): Operation {
  switch (operation.kind) {
    case 'odata':
      return locateODataFiles(operation, folder)
    case 'rfc':
      return locateRfcFiles(operation, folder)
    case 'idoc':
      return locateIdocFiles(operation, folder)
  }
}

/** The destination with absolute paths of all its files. */
export function locateFilesOf(destination: Destination, folder: string): Destination {
  switch (destination.kind) {
    case 'rfc':
      return locateSdk(destination, folder)
    case 'odata':
    case 'idoc':
    case 'null':
      return destination
  }
}

function mark(flow: unknown, destinations: unknown): unknown {
  if (!isObject(flow) || !isObject(flow.operation)) return flow
  const {operation, destination: name} = flow
  const destination = isObject(destinations) && typeof name === 'string' ? destinations[name] : undefined
  const named = isObject(destination) ? kinds.find((kind) => kind === destination.kind) : undefined
  // One that was written there is nobody's kind: the schema refuses it.
  const kind = Object.hasOwn(operation, 'kind') ? undefined : (named ?? kindByKeys(operation))
  return {...flow, operation: {...operation, kind}}
}

/** For a destination that takes any kind, and for one that does not exist. */
function kindByKeys(operation: Readonly<Record<string, unknown>>): Operation['kind'] {
  if (Object.hasOwn(operation, 'steps')) return 'rfc'
  return Object.hasOwn(operation, 'idocType') ? 'idoc' : 'odata'
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

const kinds = ['odata', 'rfc', 'idoc'] as const satisfies readonly Operation['kind'][]
