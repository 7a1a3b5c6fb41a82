import {z} from 'zod'
import {duration} from './duration.js'

/** A table in another system's database that erpsync takes documents from. */
export const inbox = z.strictObject({
  url: z.string().min(1).describe("the other system's PostgreSQL"),
  keep: duration.prefault('7d').describe('how long a row stays there after it was taken'),
})
