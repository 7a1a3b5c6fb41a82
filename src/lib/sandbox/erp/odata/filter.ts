import {compareDecimals} from '#lib/sandbox/erp/world/decimal.js'
import type {FieldType, Row, Value} from '#lib/sandbox/erp/world/dictionary.js'
import type {Property} from './model.js'

export type Comparison = 'eq' | 'ne' | 'gt' | 'ge' | 'lt' | 'le'

/** A `$filter`, parsed and checked against its entity type. */
export type Filter =
  | {readonly kind: 'and'; readonly left: Filter; readonly right: Filter}
  | {readonly kind: 'or'; readonly left: Filter; readonly right: Filter}
  | {readonly kind: 'not'; readonly operand: Filter}
  | {readonly kind: 'compare'; readonly comparison: Comparison; readonly property: Property; readonly value: Value}
  | {
      readonly kind: 'match'
      readonly how: 'contains' | 'startswith' | 'endswith'
      readonly property: Property
      readonly text: string
    }

/** Whether a row passes. */
export function passes(filter: Filter, row: Row): boolean {
  switch (filter.kind) {
    case 'and':
      return passes(filter.left, row) && passes(filter.right, row)
    case 'or':
      return passes(filter.left, row) || passes(filter.right, row)
    case 'not':
      return !passes(filter.operand, row)
    case 'compare':
      return compares(filter.comparison, filter.property.type, row[filter.property.field] ?? null, filter.value)
    case 'match':
      return matches(filter.how, String(row[filter.property.field] ?? ''), filter.text)
  }
}

/** A field and the values of which every row that passes must have one, so that an index can find them. */
export function requiredEquality(
  filter: Filter,
): {readonly field: string; readonly values: ReadonlySet<Value>} | undefined {
  switch (filter.kind) {
    case 'and':
      return requiredEquality(filter.left) ?? requiredEquality(filter.right)
    case 'or': {
      const [left, right] = [requiredEquality(filter.left), requiredEquality(filter.right)]
      if (left === undefined || left.field !== right?.field) return undefined
      return {field: left.field, values: new Set([...left.values, ...right.values])}
    }
    case 'compare':
      return filter.comparison === 'eq' && filter.property.type.kind === 'text'
        ? {field: filter.property.field, values: new Set([filter.value])}
        : undefined
    case 'not':
    case 'match':
      return undefined
  }
}

/** Negative, zero or positive; what is not set comes first. */
export function compareValues(type: FieldType, a: Value, b: Value): number {
  if (a === null || b === null) return Number(a !== null) - Number(b !== null)
  if (type.kind === 'decimal') return compareDecimals(String(a), String(b))
  return a < b ? -1 : a > b ? 1 : 0
}

function compares(comparison: Comparison, type: FieldType, a: Value, b: Value): boolean {
  const order = compareValues(type, a, b)
  const isKnown = a !== null && b !== null
  switch (comparison) {
    case 'eq':
      return order === 0
    case 'ne':
      return order !== 0
    case 'gt':
      return isKnown && order > 0
    case 'ge':
      return isKnown && order >= 0
    case 'lt':
      return isKnown && order < 0
    case 'le':
      return isKnown && order <= 0
  }
}

function matches(how: 'contains' | 'startswith' | 'endswith', content: string, text: string): boolean {
  switch (how) {
    case 'contains':
      return content.includes(text)
    case 'startswith':
      return content.startsWith(text)
    case 'endswith':
      return content.endsWith(text)
  }
}
