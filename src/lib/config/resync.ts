import {z} from 'zod'

const fieldPath = z
  .string()
  .regex(/^(?:\/[^/]+)+$/, 'a path of the mapped body, such as /SoldToParty or /to_Item/*/RequestedQuantity')

/** What of a flow a resync compares. */
export const resync = z.strictObject({
  fields: z
    .array(fieldPath)
    .min(1)
    .optional()
    .describe('paths of the mapped body that are compared, with what is under them; default all that is mapped'),
  ignore: z.array(fieldPath).default([]).describe('paths that are not compared, such as what SAP rounds or fills in'),
})

export type ResyncSettings = z.output<typeof resync>
