import {ChildProcess, fork, type ForkOptions} from 'node:child_process'
import {mkdtemp, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {delimiter, join} from 'node:path'
import {fileURLToPath} from 'node:url'
import type {RfcDestination} from '#lib/config/rfc-kind.js'
import {errorCode} from '#lib/kernel/errors.js'
import {monotonicMs, type Obstacle, type Reply, replySchema, type Request} from './protocol.js'
import {ownError, type RfcError} from './rfc-error.js'

export interface ProcessSettings {
  readonly connection: RfcDestination['connection']
  readonly sdk: RfcDestination['sdk']
  /** Connections at most. */
  readonly max: number
}

type Answer = Extract<Reply, {readonly id: number}>
type Question = Extract<Request, {readonly kind: 'lease' | 'call'}>
type Notice = Extract<Request, {readonly kind: 'cancel' | 'release'}>

export type Start =
  | {readonly kind: 'ready'; readonly process: AddonProcess}
  | {readonly kind: 'unusable'; readonly obstacle: Obstacle}
  | {readonly kind: 'failed'; readonly error: RfcError}

/** A running process with SAP's library in it. */
export class AddonProcess {
  readonly #child: ChildProcess
  readonly #pending = new Map<number, (answer: Answer) => void>()
  readonly ended: Promise<void>
  #hasEnded = false

  private constructor(child: ChildProcess, ended: Promise<void>) {
    this.#child = child
    this.ended = ended.then(() => this.#lose())
    child.on('message', (message) => this.#take(message))
  }

  /**
   * Starts one, and waits until it has loaded the library. The password goes
   * there by a message: arguments and environment can be read by others.
   */
  static async start({connection, sdk, max}: ProcessSettings): Promise<Start> {
    const folder = await mkdtemp(join(tmpdir(), 'erpsync-rfc-')).catch(() => null)
    const removeFolder = async (): Promise<void> => {
      if (folder !== null) await rm(folder, {recursive: true, force: true}).catch(() => {})
    }
    const child = forkChild(sdk, folder, max)
    if (!(child instanceof ChildProcess)) {
      await removeFolder()
      return {kind: 'failed', error: child}
    }
    const ended = endOf(child).then(removeFolder)
    const started = firstReply(child, ended)
    send(child, {kind: 'start', connection: textsOf(connection), module: sdk.module ?? null, folder, max})
    const reply = await started
    switch (reply?.kind) {
      case 'ready':
        return {kind: 'ready', process: new AddonProcess(child, ended)}
      case 'unusable':
        child.kill('SIGKILL')
        return reply
      case 'leased':
      case 'answered':
      case 'failed':
      case undefined:
        child.kill('SIGKILL')
        return {kind: 'failed', error: notStarted('it says nothing')}
    }
  }

  get isBusy(): boolean {
    return this.#pending.size > 0
  }

  /** Asks, and waits for the answer. Who does not answer in time and a while longer is beyond help, and is ended. */
  async ask(question: Question): Promise<Answer> {
    const {id, deadline} = question
    if (this.#hasEnded) return {kind: 'failed', id, error: ownError('NOT_STARTED', 'the process is gone')}
    const answered = new Promise<Answer>((resolve) => this.#pending.set(id, resolve))
    const overdue = setTimeout(() => this.kill(), Math.max(0, deadline - monotonicMs()) + graceMs)
    send(this.#child, question)
    try {
      return await answered
    } finally {
      clearTimeout(overdue)
    }
  }

  tell(notice: Notice): void {
    if (!this.#hasEnded) send(this.#child, notice)
  }

  /** Ends it at once, and with it every call that is under way. */
  kill(): void {
    this.#child.kill('SIGKILL')
  }

  /** Has it close its connections and leave; ends it if that takes too long. */
  async end(): Promise<void> {
    if (this.#hasEnded) return
    const timer = setTimeout(() => this.kill(), endMs)
    send(this.#child, {kind: 'end'})
    await this.ended
    clearTimeout(timer)
  }

  #take(message: unknown): void {
    const reply = replySchema.safeParse(message).data
    // Whatever it is, it is not what we have started.
    if (reply === undefined || !('id' in reply)) return this.kill()
    this.#pending.get(reply.id)?.(reply)
    this.#pending.delete(reply.id)
  }

  #lose(): void {
    this.#hasEnded = true
    const error = ownError('PROCESS_ENDED', "the process with SAP's library has ended")
    for (const [id, resolve] of this.#pending) resolve({kind: 'failed', id, error})
    this.#pending.clear()
  }
}

/** The system may refuse it a process, at once: for want of memory, say. */
function forkChild({library}: ProcessSettings['sdk'], folder: string | null, max: number): ChildProcess | RfcError {
  const {LD_LIBRARY_PATH: inherited, ...rest} = process.env
  const libraries = [library, inherited].filter((path) => path !== undefined && path !== '')
  const options: ForkOptions = {
    // The addon creates and empties a log file wherever it is started. Without a folder of its own, where nobody can.
    cwd: folder ?? (process.platform === 'linux' ? '/proc' : '/'),
    env: {
      ...rest,
      ...(libraries.length === 0 ? {} : {LD_LIBRARY_PATH: libraries.join(delimiter)}),
      // A call holds a thread until SAP answers; a few more are for closing connections.
      UV_THREADPOOL_SIZE: String(max + 4),
    },
    execArgv: [],
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  }
  try {
    return fork(entry, [], options)
  } catch (thrown) {
    return notStarted(errorCode(thrown) ?? 'unknown error')
  }
}

function notStarted(reason: string): RfcError {
  return ownError('PROCESS_ENDED', `the process for SAP's library does not start (${reason})`)
}

async function firstReply(child: ChildProcess, ended: Promise<void>): Promise<Reply | undefined> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<undefined>((done) => {
    timer = setTimeout(() => done(undefined), startMs)
  })
  const said = new Promise<Reply | undefined>((done) =>
    child.once('message', (message) => done(replySchema.safeParse(message).data)),
  )
  try {
    return await Promise.race([said, late, ended.then(() => undefined)])
  } finally {
    clearTimeout(timer)
  }
}

async function endOf(child: ChildProcess): Promise<void> {
  await new Promise<void>((done) => {
    child.once('exit', () => done())
    child.once('error', () => {
      if (child.pid === undefined) done()
    })
  })
}

function send(child: ChildProcess, request: Request): void {
  // One that is just ending takes no message any more; its end is the answer.
  if (child.connected) child.send(request, () => {})
}

function textsOf(connection: ProcessSettings['connection']): Record<string, string> {
  return Object.fromEntries(
    Object.entries(connection).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  )
}

const entry = fileURLToPath(new URL('./child/main.js', import.meta.url))
const startMs = 20_000
const graceMs = 5000
const endMs = 5000
