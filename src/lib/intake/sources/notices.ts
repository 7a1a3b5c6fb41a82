import type {SourceHorizon} from './horizon.js'
import type {Watermark} from './mark.js'
import type {Source} from './source.js'

/** What a person should know before a source is read, one line each. */
export function noticesOf(
  {settings, columns}: Pick<Source, 'settings' | 'columns'>,
  {
    horizon: {heldBy, hidden, role, isStandby},
    kept,
    moves,
  }: {readonly horizon: SourceHorizon; readonly kept: Watermark | undefined; readonly moves: boolean},
): readonly string[] {
  const isOther = kept !== undefined && (kept.column !== settings.watermark || kept.kind !== columns.markKind)
  return [
    ...(isOther ? [`The watermark was that of the column ${kept.column}: the source is read from its beginning.`] : []),
    ...(moves ? [] : ['What lies before --since is not read, so the watermark stays where it is.']),
    ...(isStandby
      ? [
          'The source is a standby, which does not show who is still to commit: late commits are found within overlap only.',
        ]
      : []),
    ...(hidden > 0
      ? [
          `Sessions of other roles are hidden (${hidden}): their late commits are found within overlap only. Better: grant pg_read_all_stats to ${role}`,
        ]
      : []),
    ...(heldBy !== null && heldBy.forS > longS
      ? [
          `A transaction of the source is open for ${heldBy.forS} s (pid ${heldBy.pid}, ${heldBy.application}): until it ends, all since then is read again.`,
        ]
      : []),
  ]
}

const longS = 600
