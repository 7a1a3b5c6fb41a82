/** A repeatable source of chance (mulberry32). */
export function seededRandom(seed) {
  let state = seed

  const next = () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
  const integer = (from, to) => from + Math.floor(next() * (to - from + 1))
  const pick = (list) => list[integer(0, list.length - 1)]
  const shuffle = (list) => {
    const shuffled = [...list]
    for (let last = shuffled.length - 1; last > 0; last--) {
      const other = integer(0, last)
      ;[shuffled[last], shuffled[other]] = [shuffled[other], shuffled[last]]
    }
    return shuffled
  }

  return {chance: (probability) => next() < probability, integer, pick, shuffle}
}
