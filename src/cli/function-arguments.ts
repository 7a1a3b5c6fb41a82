import {readFile} from 'node:fs/promises'
import {isParameters} from '#lib/erp/rfc/body.js'
import type {Argument} from '#lib/erp/rfc/by-hand/arguments.js'
import {ErpSyncError, errorCode} from '#lib/kernel/errors.js'
import {exitCodes} from '#lib/kernel/exit-codes.js'

/**
 * Reads what `--param` was given: an object as JSON, a file with one, or NAME=VALUE.
 *
 * @throws ErpSyncError 2 for none of these, 65 for what is no JSON object, 66 for a file that is not there.
 */
export async function readArguments(texts: readonly string[]): Promise<readonly Argument[]> {
  return Promise.all(texts.map(readArgument))
}

async function readArgument(text: string): Promise<Argument> {
  if (text.startsWith('@')) return {kind: 'object', values: parseObject(await readText(text.slice(1)), text.slice(1))}
  if (text.trimStart().startsWith('{')) return {kind: 'object', values: parseObject(text, '--param')}
  const {name, value} = /^(?<name>[\w/]+)=(?<value>.*)$/s.exec(text)?.groups ?? {}
  if (name !== undefined && value !== undefined) return {kind: 'text', name: name.toUpperCase(), text: value}
  throw new ErpSyncError('A --param is neither a JSON object nor NAME=VALUE nor @FILE.', {
    code: 'usage',
    exitCode: exitCodes.usage,
  })
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    throw new ErpSyncError(`The file ${path} cannot be read (${errorCode(error) ?? 'unknown error'}).`, {
      code: 'input_unreadable',
      exitCode: exitCodes.missingInput,
      cause: error,
    })
  }
}

/** What the parser says would quote the text, which may hold a password. */
function parseObject(text: string, place: string): Readonly<Record<string, unknown>> {
  const parsed = parse(text)
  if (isParameters(parsed)) return parsed
  throw new ErpSyncError(`${place} holds no JSON object of parameters.`, {
    code: 'input_invalid',
    exitCode: exitCodes.badInput,
    hint: `Write it like this: '{"QUERY_TABLE": "T000", "ROWCOUNT": 1}'`,
  })
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
