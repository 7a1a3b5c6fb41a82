import {openCounter} from '#lib/output/counter.js'

/** What the demo says while it runs. */
export interface Talk {
  /** A line that stays. */
  readonly say: (line: string) => void
  /** How it stands right now: on a terminal one line that changes, elsewhere a line every few seconds. */
  readonly show: (text: string) => void
}

export function openTalk(stream: NodeJS.WriteStream): Talk {
  const counter = openCounter(stream)
  let lastShownAt = -Infinity
  return {
    say: (line) => {
      counter.clear()
      stream.write(`${line}\n`)
    },
    show: (text) => {
      if (stream.isTTY) return counter.show(text)
      const now = performance.now()
      if (now - lastShownAt < plainLineEveryMs) return
      lastShownAt = now
      stream.write(`  ${text}\n`)
    },
  }
}

const plainLineEveryMs = 3000
