import {z} from 'zod'
import {intents} from '#lib/kernel/intent.js'
import {executedAnswers, failureClasses} from '#lib/kernel/failure.js'

/** The only version of the format there is. */
export const formatVersion = 1

/** What a file of letters says of itself. */
export type Header = z.infer<typeof headerLine>

/** A letter with all that belongs to it. */
export type LetterLine = z.infer<typeof letterLine>

/** The end of the file. */
export type EndLine = z.infer<typeof endLine>

export const headerLine = z.object({
  kind: z.literal('erpsync-dead-letters'),
  version: z.literal(formatVersion),
  query: z.string(),
  letters: z.int().nonnegative(),
  exportedAt: z.iso.datetime(),
  /** Personal data is masked: such a file can be read, and not be imported. */
  masked: z.boolean(),
})

const date = z.iso.datetime()
const text = z.string()

const message = z.object({
  id: z.uuid(),
  key: text,
  version: text.nullable(),
  idempotencyKey: text,
  reference: text.nullable(),
  /** Absent in files of releases that knew no resync. */
  intent: z.enum(intents).default('sync'),
  state: text,
  payload: z.json(),
  revision: z.int().nonnegative(),
  attempts: z.int().nonnegative(),
  strikes: z.int().nonnegative(),
  resends: z.int().nonnegative(),
  acceptedAt: date,
  claimedAt: date.nullable(),
})

const attempt = z.object({
  number: z.int().positive(),
  lane: text,
  worker: text,
  startedAt: date,
  endedAt: date.nullable(),
  outcome: text.nullable(),
  class: text.nullable(),
  executed: text.nullable(),
  code: text.nullable(),
  text: text.nullable(),
  stage: text.nullable(),
  answer: z.json().nullable(),
  probedAt: date.nullable(),
  probe: text.nullable(),
})

const revision = z.object({
  number: z.int().nonnegative(),
  payload: z.json(),
  madeAt: date,
  madeBy: text.nullable(),
  host: text.nullable(),
  reason: text.nullable(),
  operationId: text.nullable(),
  patch: z.json().nullable(),
})

export const letterLine = z.object({
  letter: z.object({
    id: z.uuid(),
    flow: text,
    attempt: z.int().nonnegative(),
    class: z.enum(failureClasses),
    executed: z.enum(executedAnswers),
    code: text,
    text,
    stage: text,
    headers: z.record(text, z.json()),
    diedAt: date,
    state: text,
    tags: z.array(text),
    /** What never became a message, in base64. */
    raw: z.base64().nullable(),
  }),
  message: message.nullable(),
  attempts: z.array(attempt),
  revisions: z.array(revision),
})

export const endLine = z.object({
  letters: z.int().nonnegative(),
  /** Of all lines before this one. */
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
})
