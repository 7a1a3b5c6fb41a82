import {z} from 'zod'

/** Encodings that spreadsheets and ERP exports write. */
export const encodings = ['utf-8', 'utf-16le', 'windows-1252', 'iso-8859-1', 'iso-8859-15'] as const

export type Encoding = (typeof encodings)[number]

const to = z
  .string()
  .regex(/^[^.[\]]+(\[\])?(\.[^.[\]]+)*$/, 'write a property such as customerId, address.city or items[].quantity')
  .describe('property of the document, e.g. customerId, address.city or items[].quantity')

const column = z.discriminatedUnion('type', [
  z.strictObject({to, type: z.literal('text')}),
  z.strictObject({to, type: z.literal('integer')}),
  z.strictObject({to, type: z.literal('number').describe('becomes a JSON number')}),
  z.strictObject({to, type: z.literal('decimal').describe('becomes text with a decimal point, as money should')}),
  z.strictObject({
    to,
    type: z.literal('boolean'),
    true: z.array(z.string()).min(1).prefault(['true', '1']),
    false: z.array(z.string()).min(1).prefault(['false', '0']),
  }),
  z.strictObject({to, type: z.literal('date'), format: z.string().min(1).describe('e.g. dd.MM.yyyy')}),
  z.strictObject({
    to,
    type: z.literal('time'),
    format: z.string().min(1).describe('e.g. dd.MM.yyyy HH:mm'),
    zone: z.string().min(1).describe('where that is the time, e.g. Europe/Berlin'),
  }),
])

/** How the CSV files of a flow are written, and what their columns become. */
export const csvInput = z.strictObject({
  delimiter: z.string().length(1).default(','),
  encoding: z.enum(encodings).default('utf-8'),
  decimal: z.enum(['.', ',']).default('.').describe('the decimal mark; the other one may part thousands'),
  columns: z
    .record(z.string().min(1), z.union([to.transform((path) => ({to: path, type: 'text' as const})), column]))
    .refine((columns) => new Set(Object.values(columns).map((each) => each.to)).size === Object.keys(columns).length, {
      message: 'two columns become the same property',
    })
    .optional()
    .describe('header → property; without it, headers are properties and everything is text'),
  group: z
    .string()
    .min(1)
    .optional()
    .describe('header: lines one after the other with the same value here are one document'),
})

export type CsvInput = z.output<typeof csvInput>
export type CsvColumn = NonNullable<CsvInput['columns']>[string]

/** How CSV is read where a flow says nothing. */
export const plainCsv: CsvInput = csvInput.parse({})
