import {openRejectsFile} from '#lib/intake/rejects-file.js'
import type {Commit} from './commit.js'
import type {RunRequest} from './conduct-run.js'
import {type LineSource, type PushEnd, pushLines} from './push-lines.js'

/** Has lines tried, and what would be rejected written into its file; it is no run. */
export async function tryLines(
  commit: Commit,
  sources: readonly LineSource[],
  request: Omit<RunRequest, 'onRun'>,
): Promise<PushEnd> {
  const rejects = request.rejectsFile === null ? null : await openRejectsFile(request.rejectsFile, 0)
  let written = 0
  try {
    return await pushLines(
      {
        checker: request.checker,
        commit: async (batch) => {
          const result = await commit(batch)
          written = (await rejects?.write(written, result.rejects)) ?? 0
          return result
        },
      },
      sources,
      request,
    )
  } finally {
    await rejects?.close()
  }
}
