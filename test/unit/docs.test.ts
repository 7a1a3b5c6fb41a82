import assert from 'node:assert/strict'
import {readFile} from 'node:fs/promises'
import {configJsonSchema} from '#lib/config/json-schema.js'
import {exitCodes} from '#lib/kernel/exit-codes.js'

interface SchemaNode {
  readonly properties?: Readonly<Record<string, SchemaNode>>
  readonly additionalProperties?: SchemaNode | boolean
  readonly items?: SchemaNode
  readonly oneOf?: readonly SchemaNode[]
  readonly anyOf?: readonly SchemaNode[]
}

describe('docs/exit-codes.md', () => {
  it('has every code with its name, and no other', async () => {
    const rows = [...(await page('exit-codes')).matchAll(/^\| +(\d+) \| `(\w+)` /gm)]

    assert.deepEqual(Object.fromEntries(rows.map(([, code, name]) => [name, Number(code)])), {...exitCodes})
  })
})

describe('docs/configuration.md', () => {
  it('has every key of the configuration, and no other', async () => {
    const documented = [...(await page('configuration')).matchAll(/^\| `([\w.*]+)` +\|/gm)].flatMap(
      ([, key]) => key ?? [],
    )

    assert.deepEqual(inOrder(documented), inOrder(documentedForm(leafKeys(schemaTree(), []))))
  })
})

function schemaTree(): SchemaNode {
  return configJsonSchema() as SchemaNode
}

/** Kinds of operations have some keys in common, each in its own table. */
function inOrder(keys: readonly string[]): readonly string[] {
  return [...new Set(keys)].toSorted()
}

/** Dotted paths of all keys that hold no further keys; the name of a flow or destination is `*`. */
function leafKeys(node: SchemaNode, path: readonly string[]): string[] {
  const variants = node.oneOf ?? node.anyOf
  if (variants) return [...new Set(variants.flatMap((variant) => leafKeys(variant, path)))]
  if (node.properties) return Object.entries(node.properties).flatMap(([key, child]) => leafKeys(child, [...path, key]))
  if (typeof node.additionalProperties === 'object') return leafKeys(node.additionalProperties, [...path, '*'])
  if (node.items?.properties) return leafKeys(node.items, path)
  return [path.join('.')]
}

/** The page has a table for each section, whose keys are relative to it; a flow's table also names the next two. */
function documentedForm(keys: readonly string[]): string[] {
  const sections = /^(?:destinations\.\*|jobs\.\*|flows\.\*\.(?:operation|retry)|flows\.\*)\./
  return [...keys.map((key) => key.replace(sections, '')), 'operation', 'retry']
}

async function page(name: string): Promise<string> {
  return readFile(new URL(`../../docs/${name}.md`, import.meta.url), 'utf8')
}
