import type {World, WorldTransaction} from '#lib/sandbox/erp/world/world.js'

type Write = (tx: WorldTransaction) => void

/**
 * The logical unit of work of one session: what its BAPIs have registered for
 * the update and nobody else can see before COMMIT WORK.
 */
export class UnitOfWork {
  #world: World | undefined
  #writes: Write[] = []
  #inputs: string[] = []

  get isEmpty(): boolean {
    return this.#writes.length === 0
  }

  /** What the calls were given that registered its writes. */
  get input(): string {
    return this.#inputs.join('\n')
  }

  /** Registers a write. What was registered for a world that has been reset since is forgotten. */
  add(world: World, input: unknown, write: Write): void {
    if (this.#world !== world) this.rollback()
    this.#world = world
    this.#writes.push(write)
    this.#inputs.push(JSON.stringify(input))
  }

  /** Carries all writes out, or none: what one of them throws undoes the others. */
  commit(): void {
    const [world, writes] = [this.#world, this.#writes]
    this.rollback()
    world?.transaction((tx) => {
      for (const write of writes) write(tx)
    })
  }

  rollback(): void {
    this.#world = undefined
    this.#writes = []
    this.#inputs = []
  }
}
