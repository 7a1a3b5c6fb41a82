/** The names along a path: a JSON pointer (`/items/0/sku`), or the same with dots (`items.0.sku`). */
export function readPath(path: string): readonly string[] {
  return path.startsWith('/')
    ? path
        .slice(1)
        .split('/')
        .map((name) => name.replaceAll('~1', '/').replaceAll('~0', '~'))
    : path.split('.')
}

/** The JSON pointer along these names. */
export function pointerOf(names: readonly string[]): string {
  return names.map((name) => `/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')
}

/** What stands in a document at a JSON pointer, if anything does. */
export function readPointer(
  document: unknown,
  pointer: string,
): {readonly found: true; readonly value: unknown} | {readonly found: false} {
  let value = document
  for (const name of pointer === '' ? [] : readPath(pointer)) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return {found: false}
    value = Object.getOwnPropertyDescriptor(value, name)?.value
  }
  return {found: true, value}
}
