import {fork} from 'node:child_process'
import {once} from 'node:events'
import {mkdtemp, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {fileURLToPath} from 'node:url'
import type {Case} from './addon.js'
import {requireRfcSdk, type RfcSdk} from './rfc-standin.js'
import {setupBothFaces} from './sandbox-erp.js'

type Table = Readonly<Record<string, Case>>

export interface CaseSettings {
  /** Put over the environment of the process; undefined takes a variable away. */
  readonly env?: Readonly<Record<string, string | undefined>>
  readonly mostRfcSessions?: number
}

/** How the process of a case has ended, and how long after its last word. */
export interface CaseEnd {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly words: readonly string[]
  readonly afterMs: number
}

type Outcome<Seen> = CaseEnd & ({readonly seen: Seen} | {readonly failed: string})

type SeenOf<Cases extends Table, Name extends keyof Cases> = Awaited<ReturnType<Cases[Name]>>

export interface RunningCases<Cases extends Table> {
  /** For a `before` hook: has all of them begin, a few at a time. */
  readonly start: (context: Mocha.Context) => Promise<void>
  /** What a case has returned. */
  readonly seen: <Name extends keyof Cases>(name: Name) => Promise<SeenOf<Cases, Name>>
  /** How a case that returns nothing has ended. */
  readonly end: (name: keyof Cases) => Promise<CaseEnd>
}

/**
 * Runs each case of a module in a process of its own with node-rfc, before a
 * sandbox ERP of its own. They run beside each other, since most of their time
 * is waiting; the tests then look at what each has seen.
 */
export function addonCases<Cases extends Table>(
  module: URL,
  cases: Cases,
  settings: {readonly [Name in keyof Cases]?: CaseSettings} = {},
): RunningCases<Cases> {
  const outcomes = new Map<keyof Cases, Promise<Outcome<unknown>>>()
  const outcomeOf = async (name: keyof Cases) => {
    const outcome = await outcomes.get(name)
    if (outcome === undefined) throw new Error(`The case ${String(name)} was not started.`)
    return outcome
  }
  return {
    start: async (context) => {
      const sdk = await requireRfcSdk(context)
      let free: Promise<unknown>[] = Array.from({length: mostAtOnce}, async () => {})
      for (const name of Object.keys(cases)) {
        const [turn, ...rest] = free
        const outcome = Promise.resolve(turn).then(async () => runCase(sdk, module, name, settings[name] ?? {}))
        // Looked at by the test that asks for it, not by whoever comes next.
        free = [...rest, outcome.catch(() => {})]
        outcomes.set(name, outcome)
        outcome.catch(() => {})
      }
    },
    seen: async <Name extends keyof Cases>(name: Name): Promise<SeenOf<Cases, Name>> => {
      const outcome = await outcomeOf(name)
      if ('failed' in outcome) throw new Error(outcome.failed)
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what crosses between processes is what the case returns
      return outcome.seen as SeenOf<Cases, Name>
    },
    end: outcomeOf,
  }
}

async function runCase(
  sdk: RfcSdk,
  module: URL,
  name: string,
  {env = {}, mostRfcSessions}: CaseSettings,
): Promise<Outcome<unknown>> {
  const sandbox = await setupBothFaces(mostRfcSessions)
  const cwd = await mkdtemp(join(tmpdir(), 'erpsync-addon-'))
  try {
    const child = fork(program, [module.href, name, sdk.module, sdk.library, sandbox.erp.url], {
      cwd,
      env: {...process.env, ...rfcEnvironment(sdk, sandbox.rfc), ...env},
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      timeout: caseMs,
      killSignal: 'SIGKILL',
    })
    const words: string[] = []
    let complaint = ''
    child.stderr?.setEncoding('utf8').on('data', (piece: string) => {
      complaint = (complaint + piece).slice(-complaintLength)
    })
    let last = performance.now()
    let told: {readonly seen: unknown} | {readonly failed: string} | undefined
    child.on('message', (message: {readonly word?: string; readonly seen?: unknown; readonly failed?: string}) => {
      last = performance.now()
      if (message.word !== undefined) words.push(message.word)
      else if (message.failed !== undefined) told = {failed: message.failed}
      else told = {seen: message.seen}
    })
    await once(child, 'close')
    const end = {code: child.exitCode, signal: child.signalCode, words, afterMs: performance.now() - last}
    return {...end, ...(told ?? {failed: `The process ended with ${end.signal ?? end.code}.\n${complaint}`})}
  } finally {
    await sandbox.close()
    await rm(cwd, {recursive: true, force: true})
  }
}

function rfcEnvironment(
  sdk: RfcSdk,
  {host, port}: {readonly host: string; readonly port: number},
): Readonly<Record<string, string>> {
  return {
    NODE_OPTIONS: '--enable-source-maps',
    LD_LIBRARY_PATH: sdk.library,
    // A function that the addon imports and the library lacks is then missed when it is loaded.
    LD_BIND_NOW: '1',
    RFCSIM_ADDR: `tcp:${host}:${port}`,
    RFCSIM_QUIET: '1',
  }
}

const program = fileURLToPath(new URL('./addon-child.js', import.meta.url))
const mostAtOnce = 4
const caseMs = 15_000
const complaintLength = 4000
