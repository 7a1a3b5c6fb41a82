import {readFile} from 'node:fs/promises'
import type {Config} from '#lib/config/load.js'
import {type PersonalFields, readPersonalFields} from '#lib/kernel/personal-fields.js'

/** Finds the personal fields of each flow, once. */
export type PersonalFieldsOf = (flow: string) => Promise<PersonalFields>

/**
 * Reads which fields of the flows' documents are personal, from their schemas.
 * A flow that is not configured any more, or whose schema cannot be read, has
 * unknown ones: then everything is masked, and nothing fails.
 */
export function openPersonalFields({flows}: Pick<Config, 'flows'>): PersonalFieldsOf {
  const known = new Map<string, Promise<PersonalFields>>()
  return async (flow) => {
    const found = known.get(flow) ?? loadPersonalFields(flows[flow]?.schema)
    known.set(flow, found)
    return found
  }
}

async function loadPersonalFields(schema: string | undefined): Promise<PersonalFields> {
  if (schema === undefined) return {kind: 'unknown'}
  try {
    return readPersonalFields(JSON.parse(await readFile(schema, 'utf8')))
  } catch {
    return {kind: 'unknown'}
  }
}
