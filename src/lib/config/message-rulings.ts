import {z} from 'zod'
import {failureClasses} from '#lib/kernel/failure.js'

/** What messages of SAP mean for one operation, where that is not what the table says. */
export const messageRulings = z
  .array(
    z.strictObject({
      code: z
        .string()
        .regex(/^\S+\/\d{3}$/, 'message class and number, e.g. V1/042')
        .describe('message class and number, e.g. V1/042'),
      class: z.enum(failureClasses).describe('what it means for the message'),
    }),
  )
  .default([])
  .describe('messages of SAP that mean something else here than usual')
