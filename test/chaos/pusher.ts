import {writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {setTimeout as sleep} from 'node:timers/promises'
import type {Child} from './children.js'
import type {PlannedPush} from './plan.js'
import type {Stage} from './stage.js'

/**
 * Pushes what the plan says, each flow's portions one after the other. A push
 * that fails or is killed is made again, as a cron job would: what it has
 * accepted already is recognised.
 */
export class Pusher {
  readonly #stage: Stage
  readonly #signal: AbortSignal
  readonly #running = new Set<Child>()
  #isArmed = false
  #killed = 0

  constructor(stage: Stage, signal: AbortSignal) {
    this.#stage = stage
    this.#signal = signal
  }

  /** How many pushes were killed so far. */
  get killed(): number {
    return this.#killed
  }

  /** Kills the pushes that run, or else the next one. */
  killOne(): void {
    if (this.#running.size === 0) this.#isArmed = true
    for (const child of this.#running) this.#kill(child)
  }

  /** Makes all pushes, each when its time has come. */
  async pushAll(pushes: readonly PlannedPush[], elapsedMs: () => number): Promise<void> {
    const pushFlow = async (flow: string): Promise<void> => {
      for (const [index, push] of pushes.filter((each) => each.flow === flow).entries()) {
        await sleep(Math.max(0, push.atMs - elapsedMs()), undefined, {signal: this.#signal})
        await this.#pushUntilDone(push, join(this.#stage.folder, `${flow}-${index}.ndjson`))
      }
    }
    await Promise.all([...new Set(pushes.map(({flow}) => flow))].map(pushFlow))
  }

  async #pushUntilDone({flow, documents}: PlannedPush, file: string): Promise<void> {
    await writeFile(file, documents.map(({line}) => `${line}\n`).join(''))
    while (!(await this.#push(flow, file))) await sleep(againMs, undefined, {signal: this.#signal})
  }

  /** Whether the push came to its end: all accepted, or all but what the door refuses. */
  async #push(flow: string, file: string): Promise<boolean> {
    this.#signal.throwIfAborted()
    const child = this.#stage.children.start('push', ['push', flow, file, '--json'])
    this.#running.add(child)
    const overdue = setTimeout(() => child.send('SIGKILL'), timeoutMs)
    const doomed = this.#isArmed ? setTimeout(() => this.#kill(child), doomedMs) : undefined
    this.#isArmed = false
    const {code} = await child.ended
    clearTimeout(overdue)
    clearTimeout(doomed)
    this.#running.delete(child)
    return code !== null && doneCodes.has(code)
  }

  #kill(child: Child): void {
    if (child.hasEnded()) return
    this.#killed += 1
    child.send('SIGKILL')
  }
}

const doneCodes: ReadonlySet<number> = new Set([0, 3, 65])
const timeoutMs = 60_000
const againMs = 500
/** Long enough for a push to be at work. */
const doomedMs = 600
