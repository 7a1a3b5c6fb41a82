import {z} from 'zod'

/** What the demo reads of the answers of commands. */
export const pushAnswer = z.object({
  flow: z.string(),
  read: z.number().int(),
  accepted: z.number().int(),
  duplicate: z.number().int(),
  rejected: z.number().int(),
})

export const lettersAnswer = z.object({
  letters: z.array(
    z.object({flow: z.string(), messageId: z.string().nullable(), code: z.string(), text: z.string()}).readonly(),
  ),
})

export type DemoLetter = z.output<typeof lettersAnswer>['letters'][number]

export const replayAnswer = z.object({
  replayed: z.number().int(),
  outcome: z.object({resolved: z.number().int(), diedAgain: z.number().int(), pending: z.number().int()}).nullable(),
})
