/** A value with `***` for what stands under names that passwords and the like go by, at any depth. */
export function maskFields(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(maskFields)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, part]) => [name, secretNames.test(name) ? '***' : maskFields(part)]),
  )
}

const secretNames = /PASS|PWD|SECRET|TOKEN|CREDENTIAL/i
