import {ErpSyncError, errorCode, errorMessage} from '#lib/kernel/errors.js'
import {exitCodes} from '#lib/kernel/exit-codes.js'
import type {Source} from './source.js'

/** Says that a flow has no source. */
export function missingSource(flow: string): ErpSyncError {
  return new ErpSyncError(`The flow "${flow}" has no source.`, {
    code: 'source_missing',
    exitCode: exitCodes.usage,
    hint: `Name files, or write flows.${flow}.source into the configuration: docs/sources.md`,
  })
}

/** Says what is wrong with the settings of a source, or with its query. */
export function unusableSource(flow: string, why: string, cause?: unknown): ErpSyncError {
  return new ErpSyncError(`flows.${flow}.source: ${why}`, {
    code: 'source_invalid',
    exitCode: exitCodes.configuration,
    hint: 'The query is one SELECT with a row for each business key: docs/sources.md',
    cause,
  })
}

/** What went wrong with a query, for people; what is none of theirs as it came. */
export function queryFailure({flow, settings}: Pick<Source, 'flow' | 'settings'>, error: unknown): unknown {
  if (error instanceof ErpSyncError) return error
  const code = errorCode(error) ?? ''
  // The classes of what is wrong with a statement, with its values, or with what its role may do.
  if (/^(0A|21|25|3F|42)/.test(code)) return unusableSource(flow, `${settings.query}: ${errorMessage(error)}`, error)
  // What is wrong with a value quotes it.
  if (code.startsWith('22')) return unusableSource(flow, `${settings.query}: ${withoutQuotes(errorMessage(error))}`)
  // Broken off: it took too long, or was in the way of a standby that follows its primary.
  if (!/^(40|53|55|57)/.test(code)) return error
  return new ErpSyncError(`The source of ${flow} did not answer: ${errorMessage(error)}`, {
    code: 'source_unanswered',
    exitCode: exitCodes.unreachable,
    hint: `Type the same again. What takes too long needs an index on "${settings.watermark}", or a longer flows.${flow}.source.timeout.`,
    cause: error,
  })
}

function withoutQuotes(text: string): string {
  return text.replaceAll(/"[^"]*"/g, '"…"')
}
