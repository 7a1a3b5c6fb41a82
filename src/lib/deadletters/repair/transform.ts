import {createHash} from 'node:crypto'
import {readFile} from 'node:fs/promises'
import {compileProgram} from '#lib/erp/jsonata.js'
import {ErpSyncError, errorCode, errorMessage} from '#lib/kernel/errors.js'
import {exitCodes} from '#lib/kernel/exit-codes.js'
import {applyPatch, type Corrected, readPatch} from './json-patch.js'

/** A correction for many documents, as a file tells it. */
export interface Transform {
  readonly file: string
  /** Of the file, so that the trail can say by which one. */
  readonly sha256: string
  readonly apply: (document: unknown) => Promise<Corrected>
}

/**
 * Reads a correction: a `.jsonata` file makes the new document of the old one,
 * any other file is a JSON Patch.
 *
 * @throws ErpSyncError 66 if the file cannot be read, 65 if it is no correction.
 */
export async function readTransform(file: string): Promise<Transform> {
  const source = await readSource(file)
  const sha256 = createHash('sha256').update(source).digest('hex')
  return {file, sha256, apply: file.endsWith('.jsonata') ? fromProgram(file, source) : fromPatch(file, source)}
}

function fromProgram(file: string, source: string): Transform['apply'] {
  const program = compileProgram(source)
  if (typeof program !== 'function') {
    const before = source.slice(0, program.position).split('\n')
    throw invalid(`${file}:${before.length}:${(before.at(-1)?.length ?? 0) + 1}`, 'JSONata expression', program.message)
  }
  return async (document) => {
    const evaluation = await program(document)
    if (!evaluation.ok) return {ok: false, why: evaluation.failure.text}
    if (evaluation.result === undefined) return {ok: false, why: 'the expression gave nothing'}
    return {ok: true, document: evaluation.result}
  }
}

function fromPatch(file: string, source: string): Transform['apply'] {
  const patch = readPatch(parse(file, source))
  if ('problem' in patch) throw invalid(file, 'JSON Patch (RFC 6902)', patch.problem)
  return async (document) => applyPatch(document, patch)
}

function parse(file: string, source: string): unknown {
  try {
    return JSON.parse(source)
  } catch (error) {
    throw invalid(file, 'JSON', errorMessage(error))
  }
}

function invalid(place: string, what: string, problem: string): ErpSyncError {
  return new ErpSyncError(`${place} is no ${what}: ${problem}`, {
    code: 'patch_invalid',
    exitCode: exitCodes.badInput,
    hint: 'A JSON Patch reads like [{"op": "replace", "path": "/plant", "value": "DE01"}]; a file that ends in .jsonata makes the new document of the old one.',
  })
}

async function readSource(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    throw new ErpSyncError(`${file} cannot be read (${errorCode(error) ?? 'unknown error'}).`, {
      code: 'input_missing',
      exitCode: exitCodes.missingInput,
      hint: 'Name a file with a JSON Patch, or one that ends in .jsonata.',
      cause: error,
    })
  }
}
