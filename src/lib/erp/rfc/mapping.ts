import type {RfcOperation} from '#lib/config/rfc-kind.js'
import {requireProgram} from '#lib/erp/expression.js'
import type {Program} from '#lib/erp/jsonata.js'
import {compileMapping, type Mapping} from '#lib/erp/mapping.js'

/**
 * Compiles every file of an operation, those of its look-up too. The body that
 * comes of it is an `RfcBody`.
 *
 * @throws ErpSyncError 78 naming the file that is not right.
 */
export async function compileRfcMapping({steps, probe}: RfcOperation): Promise<Mapping> {
  const [mappings] = await Promise.all([
    Promise.all(steps.map(async ({parameters}) => compileMapping(parameters))),
    compileLookUp(probe),
  ])
  return {
    apply: async (document) => {
      const outcomes = await Promise.all(mappings.map(async (mapping) => mapping.apply(document)))
      const failed = outcomes.find((outcome) => !outcome.ok)
      if (failed !== undefined) return failed
      return {ok: true, body: {document, steps: outcomes.flatMap((outcome) => (outcome.ok ? [outcome.body] : []))}}
    },
  }
}

/** The compiled parts of a look-up by a function. */
export interface LookUp {
  readonly parameters: Mapping
  readonly found: Program
}

/** Compiles what a look-up by a function needs; undefined for one by a table. */
export async function compileLookUp(probe: RfcOperation['probe']): Promise<LookUp | undefined> {
  switch (probe.kind) {
    case 'table':
      return undefined
    case 'function':
      return {parameters: await compileMapping(probe.parameters), found: requireProgram(probe.found)}
  }
}
