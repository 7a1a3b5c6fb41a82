import {seededRandom} from '#lib/sandbox/erp/faults/random.js'

/** Random choices that depend on nothing but the seed and the order in which they are asked for. */
export interface Random {
  /** A number in [0, 1). */
  readonly next: () => number
  /** A whole number from `least` to `most`, both included. */
  readonly whole: (least: number, most: number) => number
  readonly chance: (share: number) => boolean
  readonly pick: <Item>(items: readonly Item[]) => Item
}

/** A stream of its own for each purpose, so that one choice more in one of them changes no other. */
export function randomFor(seed: number, purpose: string): Random {
  const next = seededRandom(mix(seed, purpose))
  const whole = (least: number, most: number): number => least + Math.floor(next() * (most - least + 1))
  return {
    next,
    whole,
    chance: (share) => next() < share,
    pick: <Item>(items: readonly Item[]) => items[whole(0, items.length - 1)] as Item,
  }
}

/** FNV-1a over the purpose, begun with the seed. */
function mix(seed: number, purpose: string): number {
  let hash = (0x811c9dc5 ^ seed) >>> 0
  for (const character of purpose) hash = Math.imul(hash ^ character.charCodeAt(0), 0x01000193) >>> 0
  return hash
}
