import {readFile} from 'node:fs/promises'
import {dirname, resolve} from 'node:path'
import {parse, YAMLParseError} from 'yaml'
import {ErpSyncError, errorCode} from '#lib/kernel/errors.js'
import {exitCodes} from '#lib/kernel/exit-codes.js'
import {didYouMean} from '#lib/kernel/suggest.js'
import {describeIssue} from './describe-issue.js'
import {locateFiles, locateFilesOf} from './kinds.js'
import {configSchema, type DestinationSettings, type FlowSettings, type InboxSettings, type Settings} from './schema.js'
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
  const result = configSchema.safeParse(tree, {reportInput: true})
  if (!result.success) {
    const problems = result.error.issues.flatMap((issue) => describeIssue(issue, tree)).map((line) => `  ${line}`)
    throw new ErpSyncError(`${path} is not a valid configuration:\n${problems.join('\n')}`, {
      code: 'config_invalid',
      exitCode: exitCodes.configuration,
      hint: 'Mend the file, then type: erpsync config check',
    })
  }
  return {...withAbsolutePaths(result.data, folder), path, unresolved}
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

/**
 * The inbox of that name, with an address that can be used.
 *
 * @throws ErpSyncError 2 with the nearest name if there is none, 78 if its address holds a secret that is not set.
 */
export function findInbox(config: Config, name: string): InboxSettings {
  const known = Object.keys(config.inboxes)
  const settings = known.includes(name) ? config.inboxes[name] : undefined
  if (settings !== undefined) {
    requireSecrets(config, `inboxes.${name}`)
    return settings
  }
  throw new ErpSyncError(`There is no inbox "${name}".${didYouMean(name, known)}`, {
    code: 'unknown_inbox',
    exitCode: exitCodes.usage,
    hint:
      known.length === 0
        ? `${config.path} names none; docs/inbox.md tells how.`
        : `Inboxes in ${config.path}: ${known.join(', ')}`,
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

function withAbsolutePaths({destinations, flows, deadLetters, ...rest}: Settings, folder: string): Settings {
  const {rules} = deadLetters
  return {
    ...rest,
    deadLetters: {...deadLetters, ...(rules === undefined ? {} : {rules: resolve(folder, rules)})},
    destinations: mapValues(destinations, (destination) => locateFilesOf(destination, folder)),
    flows: mapValues(flows, (flow) => ({
      ...flow,
      schema: resolve(folder, flow.schema),
      operation: locateFiles(flow.operation, folder),
      ...(flow.source === undefined ? {} : {source: {...flow.source, query: resolve(folder, flow.source.query)}}),
    })),
  }
}

function mapValues<Value>(
  record: Readonly<Record<string, Value>>,
  map: (value: Value) => Value,
): Record<string, Value> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, map(value)]))
}
