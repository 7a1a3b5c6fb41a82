import {childrenOf} from '#lib/erp/odata/nest.js'
import type {Mapping} from '#lib/erp/mapping.js'
import {maskTexts, textMask, type TextMask} from '#lib/kernel/mask-values.js'
import {maskPersonal, type PersonalFields} from '#lib/kernel/personal-fields.js'
import type {Body, BodyDifference} from './compare-bodies.js'

/** Covers what is personal in SAP's fields. */
export interface BodyMask {
  readonly differences: (differences: readonly BodyDifference[]) => readonly BodyDifference[]
  readonly body: (body: Body) => Body
  readonly text: TextMask
}

/** Shows everything. */
export const noMask: BodyMask = {
  differences: (differences) => differences,
  body: (body) => body,
  text: (text) => text,
}

/**
 * Makes a mask for SAP's fields of one document. A field of SAP's is personal if
 * the mapping gives another value for it once the document is masked: so what is
 * shortened, turned round or put together of personal data is found as well. SAP
 * may hold another person's data there: so both sides are covered. Of a field
 * that the document leaves empty nobody can tell.
 */
export async function bodyMaskOf(
  document: unknown,
  body: Body,
  {personal, mapping}: {readonly personal: PersonalFields; readonly mapping: Mapping},
): Promise<BodyMask> {
  if (personal.kind === 'none') return noMask
  const masked = maskPersonal(document, personal)
  const mapped = await mapping.apply(masked.document)
  const open = mapped.ok ? openPatterns(body, mapped.body) : new Set<string>()
  const text = textMask(masked.values)
  const cover = (value: unknown, place: readonly string[]): unknown => {
    if (value === null || value === undefined) return value
    const children = childrenOf(value)
    if (children !== undefined) return children.map((child) => coverFields(child, [...place, '*'], cover))
    return open.has(place.join('/')) ? maskTexts(value, text) : '***'
  }
  return {
    differences: (differences) =>
      differences.map(({path, expected, inSap}) => {
        const place = path.map((step, at) => (at % 2 === 1 ? '*' : step))
        // An even number of steps names an entity among others, an odd one a field.
        const hide = (value: unknown): unknown =>
          path.length % 2 === 0 && isBody(value) ? coverFields(value, place, cover) : cover(value, place)
        return {path, expected: hide(expected), inSap: hide(inSap)}
      }),
    body: (held) => coverFields(held, [], cover),
    text,
  }
}

function coverFields(
  body: Body,
  place: readonly string[],
  cover: (value: unknown, place: readonly string[]) => unknown,
): Body {
  return Object.fromEntries(Object.entries(body).map(([name, value]) => [name, cover(value, [...place, name])]))
}

/** Fields that have a value, and the same one whether the document is masked or not. */
function openPatterns(body: Body, masked: Body): ReadonlySet<string> {
  const [values, others] = [valuesByPattern(body), valuesByPattern(masked)]
  return new Set(
    [...values].flatMap(([pattern, texts]) => {
      const isSame = JSON.stringify(texts) === JSON.stringify(others.get(pattern))
      return isSame && texts.some((text) => text !== '' && text !== null) ? [pattern] : []
    }),
  )
}

function valuesByPattern(body: Body): ReadonlyMap<string, readonly unknown[]> {
  const values = new Map<string, unknown[]>()
  const collect = (part: Body, place: readonly string[]): void => {
    for (const [name, value] of Object.entries(part)) {
      const path = [...place, name]
      const children = childrenOf(value)
      if (children !== undefined) for (const child of children) collect(child, [...path, '*'])
      else {
        const pattern = path.join('/')
        values.set(pattern, [...(values.get(pattern) ?? []), value ?? null])
      }
    }
  }
  collect(body, [])
  return values
}

function isBody(value: unknown): value is Body {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
