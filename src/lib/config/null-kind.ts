import {z} from 'zod'
import {care} from './care.js'
import {duration} from './duration.js'

/** Answers everything at once and keeps nothing: for measuring erpsync itself. It takes operations of any kind. */
export const nullDestination = z.strictObject({
  kind: z.literal('null'),
  latency: duration.prefault('0ms').describe('how long every call takes'),
  timeout: duration.prefault('60s').describe('deadline of one call'),
  ...care,
})
