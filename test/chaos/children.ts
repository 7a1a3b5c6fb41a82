import {type ChildProcess, spawn} from 'node:child_process'
import {once} from 'node:events'
import {closeSync, openSync} from 'node:fs'
import {readFile} from 'node:fs/promises'
import {join} from 'node:path'
import {setTimeout as sleep} from 'node:timers/promises'
import {fileURLToPath} from 'node:url'

/** How a child process ended. */
export interface End {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
}

/** A process that this run has started. */
export interface Child {
  readonly pid: number
  readonly ended: Promise<End>
  readonly stdout: () => string
  readonly hasEnded: () => boolean
  readonly send: (signal: NodeJS.Signals) => void
}

/** Starts the built command line and remembers every process until it has ended, so that none is left behind. */
export class Children {
  readonly #folder: string
  readonly #env: NodeJS.ProcessEnv
  readonly #running = new Set<Child>()
  #isClosing = false

  constructor(folder: string, env: NodeJS.ProcessEnv) {
    this.#folder = folder
    this.#env = env
  }

  /** Whether all are being ended, so that none may be started any more. */
  get isClosing(): boolean {
    return this.#isClosing
  }

  /** Runs `erpsync` with these arguments; what it says on stderr goes to a log of that name. */
  start(log: string, args: readonly string[]): Child {
    if (this.#isClosing) throw new Error('the run is over; nothing is started any more')
    const file = openSync(join(this.#folder, `${log}.log`), 'a')
    const process_ = spawn(process.execPath, [program, ...args], {env: this.#env, stdio: ['ignore', 'pipe', file]})
    closeSync(file)
    const child = toChild(process_, args)
    this.#running.add(child)
    void child.ended.then(() => this.#running.delete(child))
    return child
  }

  /** What was said on stderr by all that write to the log of that name. */
  async readLog(log: string): Promise<string> {
    return readFile(join(this.#folder, `${log}.log`), 'utf8')
  }

  /** Waits until the log of that name holds a text. */
  async waitFor(
    log: string,
    text: string,
    {timeoutMs, signal}: {readonly timeoutMs: number; readonly signal: AbortSignal},
  ) {
    const deadline = performance.now() + timeoutMs
    while (!(await this.readLog(log)).includes(text)) {
      if (performance.now() > deadline) throw new Error(`${log} did not say "${text}" within ${timeoutMs} ms`)
      await sleep(pollMs, undefined, {signal})
    }
  }

  /** Runs a command to its end and gives what it printed. */
  async run(log: string, args: readonly string[], timeoutMs: number): Promise<End & {readonly stdout: string}> {
    const child = this.start(log, args)
    const timer = setTimeout(() => child.send('SIGKILL'), timeoutMs)
    const end = await child.ended
    clearTimeout(timer)
    return {...end, stdout: child.stdout()}
  }

  /** Ends whatever still runs, in good order if it does so in time. */
  async endAll(graceMs: number): Promise<void> {
    this.#isClosing = true
    const left = [...this.#running]
    for (const child of left) {
      child.send('SIGTERM')
      // A stopped process takes no signal but this one and SIGKILL.
      child.send('SIGCONT')
    }
    const all = Promise.all(left.map(async ({ended}) => ended))
    const grace = new AbortController()
    await Promise.race([all, sleep(graceMs, undefined, {signal: grace.signal}).catch(() => {})])
    grace.abort()
    for (const child of left) child.send('SIGKILL')
    await all
  }
}

function toChild(process_: ChildProcess, args: readonly string[]): Child {
  const {pid} = process_
  if (pid === undefined) throw new Error(`erpsync ${args.join(' ')} could not be started`)
  let stdout = ''
  let hasEnded = false
  process_.stdout?.setEncoding('utf8').on('data', (text: string) => {
    stdout += text
  })
  const ended = once(process_, 'close').then((): End => {
    hasEnded = true
    return {code: process_.exitCode, signal: process_.signalCode}
  })
  return {
    pid,
    ended,
    stdout: () => stdout,
    hasEnded: () => hasEnded,
    send: (signal) => {
      if (!hasEnded) process_.kill(signal)
    },
  }
}

const program = fileURLToPath(new URL('../../bin/run.js', import.meta.url))
const pollMs = 100
