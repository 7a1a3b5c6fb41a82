import {z} from 'zod'
import {duration} from './duration.js'

/** How SAP is asked for a reference: by a field of one of its tables, or by a function. */
export type RfcProbe =
  | {
      readonly kind: 'table'
      readonly settle: number
      readonly table: string
      readonly field: string
      readonly result: string
    }
  | {
      readonly kind: 'function'
      readonly settle: number
      readonly function: string
      readonly parameters: string
      readonly found: string
    }

/** One object, not a union of two: whoever mixes them up is to be told what is missing of which. */
export const rfcProbe = z
  .strictObject({
    settle: duration.prefault('30s').describe('a look-up that finds nothing counts only after this'),
    table: z.string().min(1).optional().describe('read by RFC_READ_TABLE, e.g. VBAK'),
    field: z.string().min(1).optional().describe('of the table; holds our reference, e.g. BSTNK'),
    result: z.string().min(1).optional().describe('of the table; holds the document number, e.g. VBELN'),
    function: z.string().min(1).optional().describe('a function that reads, instead of a table'),
    parameters: z.string().min(1).optional().describe('file with JSONata over {reference, document} -> its parameters'),
    found: z
      .string()
      .min(1)
      .optional()
      .describe('JSONata over its answer -> document numbers; nothing if there is none'),
  })
  .transform((probe, context): RfcProbe => {
    const {settle, table, field, result, function: name, parameters, found} = probe
    if (name === undefined && table !== undefined && field !== undefined && result !== undefined) {
      if (parameters === undefined && found === undefined) return {kind: 'table', settle, table, field, result}
    }
    if (table === undefined && name !== undefined && parameters !== undefined && found !== undefined) {
      if (field === undefined && result === undefined)
        return {kind: 'function', settle, function: name, parameters, found}
    }
    const message = 'expected either table, field and result, or function, parameters and found'
    context.addIssue({code: 'custom', message})
    return z.NEVER
  })
