import type {Door} from '#lib/intake/door.js'
import {maskLine} from '#lib/intake/mask-line.js'
import {countsText, presentReject} from '#lib/intake/present-push.js'
import type {Reject} from '#lib/intake/runs/check-lines.js'
import type {PushCounts, PushRun} from '#lib/intake/runs/push-run.js'
import {openCounter} from '#lib/output/counter.js'

/** What a push says while it goes on, on stderr. */
export interface PushTalk {
  readonly hears: {
    readonly onRun: (run: PushRun, isResumed: boolean) => void
    readonly onProgress: (counts: PushCounts) => void
    readonly onReject: (reject: Reject) => void
  }
  /** The first rejected lines, masked. */
  readonly rejects: readonly Reject[]
  readonly isResumed: () => boolean
  readonly end: () => void
}

export function openPushTalk(
  {personal}: Door,
  {isOneFile, say}: {readonly isOneFile: boolean; readonly say: (line: string) => void},
): PushTalk {
  const counter = openCounter(process.stderr)
  const rejects: Reject[] = []
  let resumed = false
  let left = 0
  return {
    hears: {
      onRun: (run, isResumed) => {
        resumed = isResumed
        say(isResumed ? `Push run ${run.id} goes on; ${countsText(run.counts)} before.` : `Push run ${run.id}.`)
      },
      onProgress: (counts) => counter.show(countsText(counts)),
      onReject: (reject) => {
        if (rejects.length >= mostShown) {
          left += 1
          return
        }
        const masked = {...reject, text: beginningOf(maskLine(reject.text, personal))}
        rejects.push(masked)
        counter.clear()
        say(presentReject(masked, {isOneFile}))
      },
    },
    rejects,
    isResumed: () => resumed,
    end: () => {
      counter.clear()
      if (left > 0) say(`and ${left} more rejected lines`)
    },
  }
}

/** A line may have megabytes. */
function beginningOf(text: string): string {
  return text.length <= longestText ? text : `${text.slice(0, longestText)}…`
}

const mostShown = 100
const longestText = 10_000
