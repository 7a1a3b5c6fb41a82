import type {ResyncSettings} from '#lib/config/resync.js'

/** Which places of a mapped body are compared. */
export interface FieldFilter {
  /** Whether a field at this place is compared. */
  readonly has: (path: readonly string[]) => boolean
  /** Whether anything at or under this place is: then an entity that is there or not makes a difference. */
  readonly reaches: (path: readonly string[]) => boolean
}

/**
 * By default everything that is mapped is compared but the reference, by which
 * the object was found.
 */
export function openFieldFilter({fields, ignore}: ResyncSettings, reference: string | null): FieldFilter {
  const wanted = fields?.map(stepsOf)
  const unwanted = [...ignore.map(stepsOf), ...(fields === undefined && reference !== null ? [[reference]] : [])]
  const isIgnored = (path: readonly string[]): boolean => unwanted.some((pattern) => leadsTo(pattern, path))
  return {
    has: (path) => (wanted?.some((pattern) => leadsTo(pattern, path)) ?? true) && !isIgnored(path),
    reaches: (path) =>
      (wanted?.some((pattern) => leadsTo(pattern, path) || leadsTo(path, pattern)) ?? true) && !isIgnored(path),
  }
}

/** A path as people write it: `/to_Item/10/RequestedQuantity`. */
export function pathText(path: readonly string[]): string {
  return path.map((step) => `/${step.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')
}

function stepsOf(text: string): readonly string[] {
  return text.split('/').slice(1)
}

/** Whether the second lies at or under the first; a `*` in either is any step. */
function leadsTo(short: readonly string[], long: readonly string[]): boolean {
  return short.length <= long.length && short.every((step, at) => step === '*' || long[at] === '*' || step === long[at])
}
