import {spawnSync} from 'node:child_process'
import {runProgram} from './run-program.js'
import {sandboxUser, type Addresses, type Launch, type Ports, type ServiceName} from './service.js'
import type {ContainerState} from './state.js'

/** Whether a Docker engine stands behind the command. */
export function dockerAnswers(): boolean {
  const {status, stdout} = spawnSync('docker', ['version', '--format', '{{.Server.Version}}'], {
    encoding: 'utf8',
    timeout: 10_000,
  })
  return status === 0 && stdout.trim() !== ''
}

/** Starts the service's container, the same one again if it was made before. */
export async function startContainer(
  service: ServiceName,
  container: ContainerState,
  signal: AbortSignal,
): Promise<void> {
  const running = {timeoutMs: pullAndRunMs, signal}
  if (await containerExists(container.name, signal)) {
    await runProgram(docker('start', container.name), running)
  } else {
    await runProgram(runContainer(service, container), running)
  }
}

export async function isContainerRunning(name: string, signal: AbortSignal): Promise<boolean> {
  const filter = ['--filter', `name=^${name}$`, '--format', '{{.Names}}']
  return (await runProgram(docker('ps', ...filter), {timeoutMs: askMs, signal})).trim() === name
}

/** Ends the container; its data stay in it. */
export async function stopContainer(name: string, signal: AbortSignal, {crash = false} = {}): Promise<void> {
  if (!(await isContainerRunning(name, signal))) return
  const command = crash ? docker('kill', name) : docker('stop', '--time', '30', name)
  await runProgram(command, {timeoutMs: stopMs, signal})
}

/** Deletes the container and its data. */
export async function removeContainer(name: string, signal: AbortSignal): Promise<void> {
  if (!(await containerExists(name, signal))) return
  await runProgram(docker('rm', '--force', '--volumes', name), {timeoutMs: stopMs, signal})
}

/** The command that makes the container. Its host name stays, since a RabbitMQ node's data belong to its name. */
export function runContainer(service: ServiceName, {name, image, ports, addresses}: ContainerState): Launch {
  const {published, environment} = insides(service, ports, addresses)
  const publish = published.flatMap(([outside, inside]) => ['--publish', `127.0.0.1:${outside}:${inside}`])
  // Only the names are on the command line; docker takes the values from its own environment.
  const env = Object.keys(environment).flatMap((key) => ['--env', key])
  const args = ['--detach', '--name', name, '--hostname', name, ...publish, ...env, image]
  return {...docker('run', ...args), env: environment}
}

interface Insides {
  readonly published: readonly (readonly [number | undefined, number])[]
  readonly environment: Readonly<Record<string, string>>
}

function insides(service: ServiceName, ports: Ports, addresses: Addresses): Insides {
  switch (service) {
    case 'postgres':
      return {
        published: [[ports.postgres, 5432]],
        environment: {
          POSTGRES_USER: sandboxUser,
          POSTGRES_DB: sandboxUser,
          POSTGRES_PASSWORD: passwordIn(addresses.ERPSYNC_POSTGRES_URL),
        },
      }
    case 'rabbitmq':
      return {
        published: [
          [ports.amqp, 5672],
          [ports.management, 15_672],
          [ports.prometheus, 15_692],
        ],
        environment: {
          RABBITMQ_DEFAULT_USER: sandboxUser,
          RABBITMQ_DEFAULT_PASS: passwordIn(addresses.ERPSYNC_RABBITMQ_URL),
        },
      }
    case 'erp':
      throw new Error('the sandbox ERP has no container')
  }
}

async function containerExists(name: string, signal: AbortSignal): Promise<boolean> {
  const filter = ['--all', '--filter', `name=^${name}$`, '--format', '{{.Names}}']
  return (await runProgram(docker('ps', ...filter), {timeoutMs: askMs, signal})).trim() === name
}

function docker(...args: readonly string[]): Launch {
  return {command: 'docker', args, env: {}}
}

function passwordIn(url: string | undefined): string {
  return new URL(url ?? '').password
}

const askMs = 20_000
const stopMs = 60_000
const pullAndRunMs = 600_000
