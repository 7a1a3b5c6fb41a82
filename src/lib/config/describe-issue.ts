import {z} from 'zod'
import {didYouMean} from '#lib/kernel/suggest.js'
import {markOperations} from './kinds.js'
import {configSchema} from './schema.js'

/** What is wrong with the file, a line for each problem, with its place and what was probably meant. */
export function describeIssue(issue: z.core.$ZodIssue, tree: unknown): string[] {
  const at = issue.path.length === 0 ? 'the file' : issue.path.join('.')
  if (issue.code === 'invalid_type' && issue.input === undefined) return [`${at}: is missing`]
  if (issue.code !== 'unrecognized_keys') return [`${at}: ${issue.message}`]
  const known = knownKeys(issue.path, tree)
  return issue.keys.map((key) => `${at}: unknown key "${key}".${didYouMean(key, known)}`)
}

/** The keys the schema knows at a place, found in its JSON Schema; where there are kinds, those of the kind that stands there. */
function knownKeys(path: readonly PropertyKey[], tree: unknown): string[] {
  let node: JsonSchemaNode | undefined = z.toJSONSchema(configSchema, {io: 'input'}) as JsonSchemaNode
  let value: unknown = markOperations(tree)
  for (const step of path) {
    const here: JsonSchemaNode | undefined = variantOf(node, value)
    node = here?.properties?.[String(step)] ?? here?.additionalProperties ?? here?.items
    value = memberOf(value, step)
  }
  return Object.keys(variantOf(node, value)?.properties ?? {})
}

function variantOf(node: JsonSchemaNode | undefined, value: unknown): JsonSchemaNode | undefined {
  const kind = memberOf(value, 'kind')
  const variants = node?.oneOf ?? node?.anyOf
  return variants === undefined ? node : variants.find(({properties}) => properties?.kind?.const === kind)
}

function memberOf(value: unknown, key: PropertyKey): unknown {
  return typeof value === 'object' && value !== null ? Object.getOwnPropertyDescriptor(value, key)?.value : undefined
}

interface JsonSchemaNode {
  readonly const?: unknown
  readonly properties?: Readonly<Record<string, JsonSchemaNode>>
  readonly additionalProperties?: JsonSchemaNode
  readonly items?: JsonSchemaNode
  readonly oneOf?: readonly JsonSchemaNode[]
  readonly anyOf?: readonly JsonSchemaNode[]
}
