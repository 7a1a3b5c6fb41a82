import {z} from 'zod'
import {closedWindow} from './closed-window.js'
import {duration} from './duration.js'

const limits = z.strictObject({
  concurrency: z.number().int().min(1).max(1000).default(8).describe('calls at once, of all workers together'),
  perSecond: z.number().positive().max(10_000).optional().describe('calls a second, of all workers together'),
  closed: z.array(closedWindow).default([]).describe('when not to call, e.g. Sun 02:00-04:00 Europe/Berlin'),
  adaptive: z
    .strictObject({floor: z.number().int().min(1).max(1000), ceiling: z.number().int().min(1).max(1000)})
    .refine(({floor, ceiling}) => floor <= ceiling, {path: ['floor'], message: 'the floor is above the ceiling'})
    .optional()
    .describe('lets the concurrency follow the latency, between these'),
})

const breaker = z.strictObject({
  failures: z
    .number()
    .int()
    .min(1)
    .max(1000)
    .default(5)
    .describe('in a row, after which the destination counts as away'),
  within: duration.prefault('1m').describe('a failure longer than this after the one before starts a new count'),
  probeEvery: duration.prefault('30s').describe('how often one message tries whether the destination is back'),
})

/** What every kind of destination has: how much it bears, and how it is treated while it is away. */
export const care = {limits: limits.prefault({}), breaker: breaker.prefault({})}
