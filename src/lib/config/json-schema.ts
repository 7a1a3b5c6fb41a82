import {z} from 'zod'
import {operationSchemas} from './kinds.js'
import {configSchema} from './schema.js'

/** The JSON Schema of the file, for editors: as people write it, so without the mark that tells operations apart. */
export function configJsonSchema(): z.core.JSONSchema.BaseSchema {
  return z.toJSONSchema(configSchema, {
    io: 'input',
    override: ({zodSchema, jsonSchema}) => {
      if (!operationSchemas.some((schema) => schema === zodSchema)) return
      delete jsonSchema.properties?.kind
      jsonSchema.required = jsonSchema.required?.filter((key) => key !== 'kind') ?? []
    },
  })
}
