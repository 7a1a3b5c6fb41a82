import {z} from 'zod'
import {duration} from './duration.js'

const column = z.string().min(1).max(63)

/** Where the documents of a flow are: a query against the PostgreSQL of an internal system. */
export const source = z.strictObject({
  url: z
    .string()
    .min(1)
    .describe('address of the PostgreSQL that is read, postgres://user:password@host:5432/database'),
  query: z.string().min(1).describe('file with one SELECT: a row for each business key, with its present state'),
  key: column.describe('column of the query that holds the business key'),
  watermark: column.describe('column that grows whenever a row changes: the time of the change, or a whole number'),
  overlap: z
    .union([
      z
        .number()
        .int()
        .min(0)
        .transform((count) => ({kind: 'number' as const, count})),
      duration.transform((ms) => ({kind: 'time' as const, ms})),
    ])
    .optional()
    .describe('how far before the watermark reading begins, e.g. 5m, or 1000 where it is a number'),
  timeout: duration.prefault('10m').describe('how long the source may take for one page of rows'),
})

export type SourceSettings = z.output<typeof source>
