import type {Config} from '#lib/config/load.js'
import type {GroupBy} from '#lib/deadletters/groups/list-buckets.js'
import {openPersonalFields} from '#lib/intake/personal-fields.js'
import {ErpSyncError} from '#lib/kernel/errors.js'
import {exitCodes} from '#lib/kernel/exit-codes.js'
import {maskPersonal} from '#lib/kernel/personal-fields.js'

/**
 * Makes sure that a list of values shows nobody's personal data.
 *
 * @throws ErpSyncError 2 with the flow whose schema marks the field.
 */
export async function requireImpersonal(config: Config, by: GroupBy): Promise<void> {
  if (by.kind !== 'payload') return
  const fieldsOf = openPersonalFields(config)
  for (const flow of Object.keys(config.flows)) {
    const {values} = maskPersonal(documentWith(by.path), await fieldsOf(flow))
    if (values.length === 0) continue
    throw new ErpSyncError(`payload.${by.path.join('.')} is personal data in the flow ${flow}.`, {
      code: 'personal_data',
      exitCode: exitCodes.usage,
      hint: 'Put the letters together by something else; erpsync dlq show --unmask shows them one by one.',
    })
  }
}

/** A document with something at that path, and nothing else. */
function documentWith(path: readonly string[]): unknown {
  const [name, ...rest] = path
  if (name === undefined) return 'something'
  return /^\d+$/.test(name) ? [documentWith(rest)] : {[name]: documentWith(rest)}
}
