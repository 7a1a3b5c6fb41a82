import {maskTexts, type TextMask} from '#lib/kernel/mask-values.js'
import type {AttemptRecord} from './timeline.js'

/** Attempts without what the mask hides, in what SAP said and answered. */
export function maskAttempts(attempts: readonly AttemptRecord[], mask: TextMask): readonly AttemptRecord[] {
  return attempts.map((attempt) => ({
    ...attempt,
    text: attempt.text === null ? null : mask(attempt.text),
    answer: maskTexts(attempt.answer, mask),
  }))
}
