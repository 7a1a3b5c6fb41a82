import {findMessage} from '#lib/erp/message-table.js'
import type {Group} from './group.js'

/**
 * What a person may want to write into the configuration: where the text of a
 * group reads like a lock, but SAP's message counts as something that no retry
 * mends. Texts decide nothing; they only give rise to a question.
 */
export function suggestRuling({flow, code, class: kind, sample}: Group): string | null {
  const message = /^sap:(\S+\/\d{3})$/.exec(code)?.[1]
  if (message === undefined || kind !== 'permanent' || findMessage(message) !== undefined) return null
  if (!lockWords.test(sample)) return null
  return `The text reads like a lock, yet SAP's message ${message} counts as permanent. If it is one, tell so:
  flows: {${flow}: {operation: {messages: [{code: ${message}, class: transient}]}}}`
}

const lockWords =
  /\block(?:ed|s)?\b|\bgesperrt\b|\bsperre\b|\benqueue|being processed|currently (?:in use|used|edited)|wird (?:gerade |derzeit )?(?:von|durch) .* bearbeitet/i
