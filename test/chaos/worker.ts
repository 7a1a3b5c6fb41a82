import {setTimeout as sleep} from 'node:timers/promises'
import type {Child, Children} from './children.js'

/** A worker process that is started again whenever it ends, as systemd would. */
export class Worker {
  readonly name: string
  readonly #children: Children
  readonly #args: readonly string[]
  readonly #unexpected: string[] = []
  #child: Child
  #isWanted = true
  #isStruck = false
  #keeping: Promise<void>
  #pauseMs = restartMs

  constructor(children: Children, name: string, args: readonly string[]) {
    this.#children = children
    this.name = name
    this.#args = args
    this.#child = this.#start()
    this.#keeping = this.#keep()
  }

  get pid(): number {
    return this.#child.pid
  }

  /** Ends that nobody brought about, other than for want of a server. */
  get unexpectedEnds(): readonly string[] {
    return this.#unexpected
  }

  /** Kills it; it comes back after that time. */
  async kill(forMs: number): Promise<void> {
    this.#isStruck = true
    this.#pauseMs = forMs
    this.#child.send('SIGKILL')
    await this.#child.ended
  }

  stop(): void {
    this.#child.send('SIGSTOP')
  }

  resume(): void {
    this.#child.send('SIGCONT')
  }

  /** Ends it for good by SIGTERM. Says what went wrong with that, if anything. */
  async retire(timeoutMs: number): Promise<string | undefined> {
    this.#isWanted = false
    this.#child.send('SIGTERM')
    const timer = setTimeout(() => this.#child.send('SIGKILL'), timeoutMs)
    await this.#keeping
    clearTimeout(timer)
    const {code, signal} = await this.#child.ended
    return code === 0 ? undefined : `worker ${this.name} did not end in good order: ${signal ?? code}`
  }

  async #keep(): Promise<void> {
    for (;;) {
      const {code, signal} = await this.#child.ended
      if (!this.#isWanted || this.#children.isClosing) return
      if (!this.#isStruck && code !== unreachable) {
        this.#unexpected.push(`worker ${this.name} ended by itself: ${signal ?? code}`)
      }
      this.#isStruck = false
      await sleep(this.#pauseMs)
      this.#pauseMs = restartMs
      if (!this.#isWanted || this.#children.isClosing) return
      this.#child = this.#start()
    }
  }

  #start(): Child {
    return this.#children.start(`worker-${this.name}`, ['worker', 'start', '--log-format', 'json', ...this.#args])
  }
}

const restartMs = 1000
const unreachable = 69
