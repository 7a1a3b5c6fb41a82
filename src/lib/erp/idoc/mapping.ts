import type {IdocOperation} from '#lib/config/idoc-kind.js'
import {mappingFailure} from '#lib/erp/jsonata.js'
import {compileMapping, type Mapping} from '#lib/erp/mapping.js'
import {findProblem} from './write-idoc.js'

/**
 * Compiles the mapping of an operation. What it gives is refused at once if no
 * IDoc can be made of it.
 *
 * @throws ErpSyncError 78 naming the file that is not right.
 */
export async function compileIdocMapping({map}: IdocOperation): Promise<Mapping> {
  const mapping = await compileMapping(map)
  return {
    apply: async (document) => {
      const mapped = await mapping.apply(document)
      const problem = mapped.ok ? findProblem(mapped.body) : undefined
      return problem === undefined ? mapped : {ok: false, failure: mappingFailure('not_an_idoc', problem)}
    },
  }
}
