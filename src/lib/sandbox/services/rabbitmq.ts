import {createHash} from 'node:crypto'
import {writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {ErpSyncError} from '#lib/kernel/errors.js'
import {exitCodes} from '#lib/kernel/exit-codes.js'
import {findEpmd} from './find-programs.js'
import {plainEnvironment} from './run-program.js'
import {sandboxUser, type Launch, type LocalService, type Plan} from './service.js'

/** A private RabbitMQ node with a port mapper of its own, so that nothing of it outlives the sandbox. */
export const rabbitmq: LocalService = {
  portNames: ['amqp', 'management', 'prometheus', 'distribution', 'epmd'],
  addresses: (ports, password) => ({
    ERPSYNC_RABBITMQ_URL: `amqp://${sandboxUser}:${password}@127.0.0.1:${ports.amqp}/`,
    ERPSYNC_RABBITMQ_MANAGEMENT_URL: `http://${sandboxUser}:${password}@127.0.0.1:${ports.management}`,
    ERPSYNC_RABBITMQ_PROMETHEUS_URL: `http://127.0.0.1:${ports.prometheus}`,
  }),
  prepare: prepareNode,
  launches: (plan) => [portMapperOf(plan), nodeOf(plan)],
  stopSignal: 'SIGTERM',
  crashSignal: 'SIGKILL',
}

async function prepareNode({folder, ports, addresses}: Plan): Promise<void> {
  const {password} = new URL(addresses.ERPSYNC_RABBITMQ_URL ?? '')
  const settings = {
    'listeners.tcp.default': `127.0.0.1:${ports.amqp}`,
    'management.tcp.ip': '127.0.0.1',
    'management.tcp.port': ports.management,
    'prometheus.tcp.ip': '127.0.0.1',
    'prometheus.tcp.port': ports.prometheus,
    default_user: sandboxUser,
    default_pass: password,
    'disk_free_limit.absolute': '64MB',
    // The figures of the management API are this old at most; 5 s is long for somebody who watches a demo.
    collect_statistics_interval: 1000,
  }
  const lines = Object.entries(settings).map(([name, value]) => `${name} = ${value}\n`)
  await writeFile(join(folder, 'rabbitmq.conf'), lines.join(''), {mode: 0o600})
  await writeFile(join(folder, 'enabled_plugins'), '[rabbitmq_management,rabbitmq_prometheus].\n')
}

function portMapperOf({ports}: Plan): Launch {
  const command = findEpmd(plainEnvironment().PATH ?? '')
  if (command === undefined) {
    throw new ErpSyncError("Erlang's port mapper epmd is no longer on this machine.", {
      code: 'program_missing',
      exitCode: exitCodes.unreachable,
      hint: 'Install Erlang again, or type: erpsync sandbox down',
    })
  }
  return {command, args: ['-address', '127.0.0.1', '-port', String(ports.epmd)], env: {}}
}

/** Every path and port is named, for each has a default that belongs to the system's own broker. */
function nodeOf({program, folder, ports}: Plan): Launch {
  return {
    command: program,
    args: [],
    env: {
      HOME: folder,
      ERL_EPMD_ADDRESS: '127.0.0.1',
      ERL_EPMD_PORT: String(ports.epmd),
      RABBITMQ_NODENAME: nodeName(folder),
      RABBITMQ_DIST_PORT: String(ports.distribution),
      RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS: '-kernel inet_dist_use_interface {127,0,0,1}',
      RABBITMQ_CONF_ENV_FILE: join(folder, 'rabbitmq-env.conf'),
      RABBITMQ_CONFIG_FILE: join(folder, 'rabbitmq'),
      RABBITMQ_CONFIG_FILES: join(folder, 'conf.d'),
      RABBITMQ_ADVANCED_CONFIG_FILE: join(folder, 'advanced.config'),
      RABBITMQ_ENABLED_PLUGINS_FILE: join(folder, 'enabled_plugins'),
      RABBITMQ_MNESIA_BASE: join(folder, 'mnesia'),
      RABBITMQ_GENERATED_CONFIG_DIR: join(folder, 'generated'),
      RABBITMQ_LOG_BASE: join(folder, 'logs'),
      RABBITMQ_PID_FILE: join(folder, 'pid'),
      // Makes the start script become the node instead of standing before it, so that its pid is the node's.
      RUNNING_UNDER_SYSTEMD: 'true',
    },
  }
}

/** A node's data belong to its name, so the name comes from the folder. */
function nodeName(folder: string): string {
  return `erpsync-${createHash('sha256').update(folder).digest('hex').slice(0, 8)}@localhost`
}
