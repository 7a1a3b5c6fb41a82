import {z} from 'zod'
import {duration} from './duration.js'

const basicAuth = z.strictObject({user: z.string().min(1), password: z.string().min(1)})

/** What every kind of destination has that is reached by HTTP: how to log on, and how long to wait. */
export const httpAccess = {
  auth: z.strictObject({basic: basicAuth}).optional(),
  sapClient: z
    .string()
    .regex(/^\d{3}$/, 'three digits, e.g. "100"')
    .optional(),
  language: z.string().length(2).default('EN'),
  timeout: duration.prefault('60s').describe('deadline of one call'),
}
