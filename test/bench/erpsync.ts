import {spawn, type ChildProcess} from 'node:child_process'
import {once} from 'node:events'
import {openSync} from 'node:fs'
import {mkdtemp, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {fileURLToPath} from 'node:url'
import {allFlows, type Config, loadConfig} from '#lib/config/load.js'
import {type Database, openDatabase} from '#lib/db/database.js'
import {migrateDatabase} from '#lib/db/migrate.js'
import {declareTopology} from '#lib/topology/declare.js'
import {wantedTopology} from '#lib/topology/wanted.js'
import {freshDatabase} from '../support/fresh-database.js'
import {freshVhost} from '../support/fresh-vhost.js'

/** An erpsync of its own, set up on private services, whose destination takes everything at once. */
export interface BenchErpsync {
  readonly config: Config
  readonly database: Database
  /** Starts a worker as a process, as in production. */
  readonly startWorker: (args: readonly string[]) => BenchWorker
  readonly close: () => Promise<void>
}

export interface BenchWorker {
  readonly pid: number
  readonly stop: () => Promise<void>
}

/** Sets up an erpsync with one flow, called `bench`. */
export async function openErpsync({latency}: {readonly latency: string}): Promise<BenchErpsync> {
  const [fresh, vhost, folder] = await Promise.all([
    freshDatabase(migrateDatabase),
    freshVhost(),
    mkdtemp(join(tmpdir(), 'erpsync-bench-')),
  ])
  const path = join(folder, 'erpsync.yaml')
  await writeFile(join(folder, 'bench.schema.json'), '{"type": "object"}')
  await writeFile(join(folder, 'bench.jsonata'), '{"Number": number, "Customer": customer, "Note": note}')
  await writeFile(path, JSON.stringify(configuration(fresh.url, vhost.url, latency)))
  const config = await loadConfig(path, {})
  const flows = allFlows(config).map(({name, retry}) => ({name, delaysMs: retry.delays}))
  await declareTopology(config.rabbitmq.urls, wantedTopology({prefix: config.rabbitmq.prefix, flows}))
  const database = openDatabase(fresh.url)

  return {
    config,
    database,
    startWorker: (args) => startWorker(path, args, join(folder, 'worker.log')),
    close: async () => {
      await database.close()
      await Promise.all([fresh.drop(), vhost.drop(), rm(folder, {recursive: true})])
    },
  }
}

function startWorker(config: string, args: readonly string[], logFile: string): BenchWorker {
  const log = openSync(logFile, 'a')
  const child = spawn(
    process.execPath,
    [...nodeFlags(), program, 'worker', 'start', '--config', config, '--log-format', 'json', ...args],
    {stdio: ['ignore', 'ignore', log]},
  )
  return {
    pid: child.pid ?? 0,
    stop: async () => {
      if (child.exitCode !== null) throw new Error(`the worker ended by itself, with ${child.exitCode}`)
      child.kill('SIGTERM')
      await ended(child)
    },
  }
}

async function ended(child: ChildProcess): Promise<void> {
  const [code] = await once(child, 'exit')
  if (code !== 0) throw new Error(`the worker ended with ${String(code)}`)
}

/** E.g. `--cpu-prof --cpu-prof-dir=profiles`, to see where a worker spends its time. */
function nodeFlags(): readonly string[] {
  return (process.env.ERPSYNC_BENCH_NODE_FLAGS ?? '').split(' ').filter((flag) => flag !== '')
}

function configuration(postgresUrl: string, rabbitmqUrl: string, latency: string) {
  return {
    postgres: {url: postgresUrl},
    rabbitmq: {urls: [rabbitmqUrl], prefix: 'bench'},
    destinations: {nothing: {kind: 'null', latency, limits: {concurrency: 1000}}},
    flows: {
      bench: {
        schema: 'bench.schema.json',
        key: 'number',
        destination: 'nothing',
        operation: {
          service: 'NONE',
          entitySet: 'None',
          method: 'create',
          map: 'bench.jsonata',
          reference: 'Reference',
          result: 'Number',
        },
      },
    },
  }
}

const program = fileURLToPath(new URL('../../bin/run.js', import.meta.url))
