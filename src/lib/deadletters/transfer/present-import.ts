import {presentRefused} from '#lib/deadletters/repair/present-fix.js'
import type {ImportResult} from './import-letters.js'

/** The account of an import, for people. */
export function presentImport({letters, imported, skipped, refused, left}: ImportResult): string {
  return [
    `${letters} letters: ${imported} imported, ${skipped.length} skipped, ${refused.length} refused.`,
    ...presentRefused([...skipped, ...refused]),
    ...(left === 0 ? [] : [`Stopped: ${left} were not tried. Type the command again to go on.`]),
  ].join('\n')
}
