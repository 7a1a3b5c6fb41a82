import {chmodSync, mkdtempSync} from 'node:fs'
import {readdir, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {takeDown} from '#lib/sandbox/services/down.js'
import {sandboxEnvironment} from '#lib/sandbox/services/env-file.js'
import {identifyProcess, isAlive} from '#lib/sandbox/services/process-identity.js'
import {bringUp} from '#lib/sandbox/services/up.js'

/** The services the tests run against. */
export interface TestServices {
  readonly postgresUrl: string
  readonly rabbitmqUrl: string
  readonly managementUrl: string
  readonly prometheusUrl: string | undefined
  /** All of them, to be handed to a child process. */
  readonly env: Readonly<Record<string, string>>
}

let sandbox: {readonly folder: string; readonly ready: Promise<TestServices>} | undefined
let areNeeded = false
let tornDown: Promise<void> | undefined
let leaving: Promise<void> | undefined
const interruption = new AbortController()
const teardowns: (() => Promise<void>)[] = []

/**
 * PostgreSQL and RabbitMQ: those named in the environment, else private ones,
 * brought up at the first call and taken down when the run ends. A run that
 * needs none (the unit tests) pays for none.
 */
export async function services(): Promise<TestServices> {
  if (sandbox === undefined) {
    const folder = mkdtempSync(join(tmpdir(), `${prefix}${nameOfRun()}-`))
    // Open to the account that PostgreSQL runs as where we are root, so that its data can lie here too.
    chmodSync(folder, 0o711)
    sandbox = {folder, ready: bringUpFor(folder)}
  }
  return sandbox.ready
}

/** Called by modules that cannot do without, when they are loaded: the services then start before the first test. */
export function needServices(): void {
  areNeeded = true
}

/** What mocha does before the first test, with a timeout fit for the start of a broker. */
export const mochaHooks = {
  async beforeAll(this: Mocha.Context): Promise<void> {
    if (!areNeeded) return
    this.timeout(startMs)
    await services()
  },
}

/** Has something done at the end of the run, while the services still run; last come, first done. */
export function atTeardown(work: () => Promise<void>): void {
  teardowns.unshift(work)
}

/** Called by mocha after the last test, also if tests have failed. */
export async function mochaGlobalTeardown(): Promise<void> {
  tornDown ??= tearDown()
  await tornDown
}

async function tearDown(): Promise<void> {
  try {
    for (const work of teardowns) await work()
  } finally {
    if (sandbox !== undefined) await remove(sandbox.folder)
  }
}

async function bringUpFor(folder: string): Promise<TestServices> {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      leaving ??= leave(signal)
    })
  }
  await sweep()
  const {signal} = interruption
  const up = await bringUp({folder, services: ['postgres', 'rabbitmq'], env: process.env, report: () => {}, signal})
  const env = sandboxEnvironment(up.sandbox)
  return {
    postgresUrl: required(env, 'ERPSYNC_POSTGRES_URL'),
    rabbitmqUrl: required(env, 'ERPSYNC_RABBITMQ_URL'),
    managementUrl: required(env, 'ERPSYNC_RABBITMQ_MANAGEMENT_URL'),
    prometheusUrl: env.ERPSYNC_RABBITMQ_PROMETHEUS_URL,
    env,
  }
}

/** Mocha ends the process without any teardown: by SIGINT to itself and, right after, SIGTERM to the child it runs in. */
async function leave(signal: NodeJS.Signals): Promise<void> {
  interruption.abort()
  await sandbox?.ready.catch(() => {})
  await mochaGlobalTeardown().catch((error: unknown) => process.stderr.write(`${String(error)}\n`))
  process.exit(signal === 'SIGINT' ? 130 : 143)
}

/** Takes down what earlier runs have left that were killed outright. */
async function sweep(): Promise<void> {
  const names = (await readdir(tmpdir())).filter((name) => name.startsWith(prefix))
  for (const name of names) {
    if (!isRunOver(name)) continue
    await remove(join(tmpdir(), name))
  }
}

function nameOfRun(): string {
  const self = identifyProcess(process.pid)
  return `${process.pid}~${encodeURIComponent(self?.startedAt ?? '')}~`
}

function isRunOver(name: string): boolean {
  const [pid = '', startedAt = ''] = name.slice(prefix.length).split('~')
  return !isAlive({pid: Number(pid), startedAt: decodeURIComponent(startedAt)})
}

function required(env: Readonly<Record<string, string>>, name: string): string {
  const value = env[name]
  if (value !== undefined) return value
  throw new Error(`The tests need ${name} too. Set it, or unset ERPSYNC_RABBITMQ_URL for private services.`)
}

async function remove(folder: string): Promise<void> {
  await takeDown({folder, signal: new AbortController().signal, report: () => {}})
  await rm(folder, {recursive: true, force: true})
}

const startMs = 240_000
const prefix = 'erpsync-test-'
