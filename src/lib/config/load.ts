import {readFile} from 'node:fs/promises'
import {dirname, resolve} from 'node:path'
import {parse, YAMLParseError} from 'yaml'
import {z} from 'zod'
import {ErpSyncError, errorCode} from '#lib/kernel/errors.js'
import {exitCodes} from '#lib/kernel/exit-codes.js'
import {didYouMean} from '#lib/kernel/suggest.js'
import {configSchema, type DestinationSettings, type FlowSettings, type Settings} from './schema.js'
import {fillSecrets, type UnresolvedSecret} from './secrets.js'

/** A loaded configuration file. */
export interface Config extends Settings {
  readonly path: string
  readonly unresolved: readonly UnresolvedSecret[]
}

/** A flow with its name, its destination and its files as absolute paths. */
export interface Flow extends FlowSettings {
  readonly name: string
  readonly target: DestinationSettings
}

/**
 * Reads and validates the configuration file.
 *
 * @throws ErpSyncError 78 with every problem and its place in the file.
 */
export async function loadConfig(path: string, env: NodeJS.ProcessEnv): Promise<Config> {
  const folder = dirname(resolve(path))
  const {tree, unresolved} = await fillSecrets(parseYaml(await readConfigFile(path), path), {env, folder})
  const result = configSchema.safeParse(tree)
  if (!result.success) {
    const problems = result.error.issues.flatMap(describeIssue).map((line) => `  ${line}`)
    throw new ErpSyncError(`${path} is not a valid configuration:\n${problems.join('\n')}`, {
      code: 'config_invalid',
      exitCode: exitCodes.configuration,
      hint: 'Mend the file, then type: erpsync config check',
    })
  }
  return {...result.data, flows: withAbsolutePaths(result.data.flows, folder), path, unresolved}
}

/**
 * The flow of that name.
 *
 * @throws ErpSyncError 2 with the nearest name if there is none.
 */
export function findFlow(config: Config, name: string): Flow {
  const settings = config.flows[name]
  const target = settings && config.destinations[settings.destination]
  if (settings && target) return {...settings, name, target}
  const known = Object.keys(config.flows)
  throw new ErpSyncError(`There is no flow "${name}".${didYouMean(name, known)}`, {
    code: 'unknown_flow',
    exitCode: exitCodes.usage,
    hint: `Flows in ${config.path}: ${known.join(', ')}`,
  })
}

/**
 * The name, if a destination is called so.
 *
 * @throws ErpSyncError 2 with the nearest name if there is none.
 */
export function findDestination(config: Config, name: string): string {
  const known = Object.keys(config.destinations)
  if (known.includes(name)) return name
  throw new ErpSyncError(`There is no destination "${name}".${didYouMean(name, known)}`, {
    code: 'unknown_destination',
    exitCode: exitCodes.usage,
    hint: `Destinations in ${config.path}: ${known.join(', ')}`,
  })
}

/** All flows, by name. */
export function allFlows(config: Config): readonly Flow[] {
  return Object.keys(config.flows).map((name) => findFlow(config, name))
}

/**
 * Makes sure that every secret under a place in the file was found.
 *
 * @throws ErpSyncError 78 naming the variable or file that is missing.
 */
export function requireSecrets(config: Config, place: string): void {
  const missing = config.unresolved.filter(({path}) => path === place || path.startsWith(`${place}.`))
  if (missing.length === 0) return
  throw new ErpSyncError(missing.map(({path, problem}) => `${path}: ${problem}`).join('\n'), {
    code: 'secret_missing',
    exitCode: exitCodes.configuration,
    hint: `Set what is named above; ${config.path} refers to it.`,
  })
}

async function readConfigFile(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    throw new ErpSyncError(`The configuration file ${path} cannot be read (${errorCode(error) ?? 'unknown error'}).`, {
      code: 'config_unreadable',
      exitCode: exitCodes.configuration,
      hint: 'Name it with --config FILE or ERPSYNC_CONFIG; examples/erpsync.yaml is a start.',
      cause: error,
    })
  }
}

function parseYaml(text: string, path: string): unknown {
  try {
    return parse(text)
  } catch (error) {
    if (!(error instanceof YAMLParseError)) throw error
    throw new ErpSyncError(`${path} is not YAML: ${error.message}`, {
      code: 'config_invalid',
      exitCode: exitCodes.configuration,
      cause: error,
    })
  }
}

function describeIssue(issue: z.core.$ZodIssue): string[] {
  const at = issue.path.length === 0 ? 'the file' : issue.path.join('.')
  if (issue.code === 'invalid_type' && issue.input === undefined) return [`${at}: is missing`]
  if (issue.code !== 'unrecognized_keys') return [`${at}: ${issue.message}`]
  const known = knownKeys(issue.path)
  return issue.keys.map((key) => `${at}: unknown key "${key}".${didYouMean(key, known)}`)
}

/** The keys the schema knows at a place, found in its JSON Schema. */
function knownKeys(path: readonly PropertyKey[]): string[] {
  let node: JsonSchemaNode | undefined = z.toJSONSchema(configSchema, {io: 'input'}) as JsonSchemaNode
  for (const step of path) {
    const here = anyVariant(node)
    node = here?.properties?.[String(step)] ?? here?.additionalProperties ?? here?.items
  }
  return Object.keys(anyVariant(node)?.properties ?? {})
}

function anyVariant(node: JsonSchemaNode | undefined): JsonSchemaNode | undefined {
  return node?.oneOf?.[0] ?? node?.anyOf?.[0] ?? node
}

interface JsonSchemaNode {
  readonly properties?: Readonly<Record<string, JsonSchemaNode>>
  readonly additionalProperties?: JsonSchemaNode
  readonly items?: JsonSchemaNode
  readonly oneOf?: readonly JsonSchemaNode[]
  readonly anyOf?: readonly JsonSchemaNode[]
}

function withAbsolutePaths(flows: Settings['flows'], folder: string): Settings['flows'] {
  const entries = Object.entries(flows).map(([name, flow]) => [
    name,
    {
      ...flow,
      schema: resolve(folder, flow.schema),
      operation: {...flow.operation, map: resolve(folder, flow.operation.map)},
    },
  ])
  return Object.fromEntries(entries) as Settings['flows']
}
