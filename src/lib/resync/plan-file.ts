import {createHash} from 'node:crypto'
import {createReadStream} from 'node:fs'
import {type FileHandle, open, rename, rm} from 'node:fs/promises'
import {createInterface} from 'node:readline'
import {z} from 'zod'
import {ErpSyncError, errorCode} from '#lib/kernel/errors.js'
import {exitCodes} from '#lib/kernel/exit-codes.js'
import {failureClasses} from '#lib/kernel/failure.js'
import {type Counts, type Entry, keyClasses} from './entry.js'
import {type InternalKind, internalKinds} from './internal/internal-side.js'

/** What a plan says at its beginning. */
export interface PlanHead {
  readonly flow: string
  readonly createdAt: string
  readonly createdBy: string
  /** Which keys were compared, in words. */
  readonly selection: string
  /** Who said what SAP should hold. */
  readonly internal: InternalKind
}

/** A plan being written. It is under its name only once it is complete. */
export interface PlanWriter {
  readonly add: (entries: readonly Entry[]) => Promise<void>
  readonly finish: (counts: Counts) => Promise<void>
  /** Removes what was written, unless it was finished. */
  readonly abandon: () => Promise<void>
}

/**
 * Begins a plan's file, which its owner alone may read: one JSON document, of
 * which each key has a line, so that it is read line by line however many there
 * are. The last line holds the checksum of all before it.
 *
 * @throws ErpSyncError 66 if it cannot be written.
 */
export async function openPlanWriter(path: string, head: PlanHead): Promise<PlanWriter> {
  const draft = `${path}.${process.pid}.part`
  const file = await openDraft(draft, path)
  const checksum = createHash('sha256')
  let isFirst = true
  let isFinished = false
  const write = async (text: string): Promise<void> => {
    checksum.update(text)
    await file.write(text)
  }
  await write(`${JSON.stringify({version: planVersion, ...head}).slice(0, -1)},"keys":[\n`)
  return {
    add: async (entries) => {
      if (entries.length === 0) return
      const lines = entries.map((entry) => JSON.stringify(entry)).join(',\n')
      await write(isFirst ? lines : `,\n${lines}`)
      isFirst = false
    },
    finish: async (counts) => {
      await write(`${isFirst ? '' : '\n'}],"counts":${JSON.stringify(counts)},\n`)
      await file.write(`"sha256":"${checksum.digest('hex')}"}\n`)
      await file.sync()
      await file.close()
      await rename(draft, path)
      isFinished = true
    },
    abandon: async () => {
      if (isFinished) return
      await file.close().catch(() => {})
      await rm(draft, {force: true})
    },
  }
}

/** A plan that was read to its end once, and is as it was written. */
export interface PlanFile {
  readonly head: PlanHead
  readonly counts: Counts
  readonly sha256: string
  /** Its keys, from the file once more. */
  readonly entries: () => AsyncGenerator<Entry>
}

/**
 * Reads a plan, and makes sure that it is whole and as it was written.
 *
 * @throws ErpSyncError 66 if it cannot be read, 65 if it is no plan or was changed.
 */
export async function openPlanFile(path: string): Promise<PlanFile> {
  const checksum = createHash('sha256')
  let [head, tail, sum]: (string | undefined)[] = []
  for await (const line of linesOf(path)) {
    const told = /^"sha256":"([0-9a-f]{64})"\}$/.exec(line)?.[1]
    if (told !== undefined) {
      sum = told
      continue
    }
    if (sum !== undefined) throw noPlan(path, 'something follows its end')
    head ??= line
    tail = line
    checksum.update(`${line}\n`)
  }
  if (head === undefined || sum === undefined) throw noPlan(path, 'it is no plan, or not all of one')
  const sha256 = checksum.digest('hex')
  if (sha256 !== sum) throw noPlan(path, 'it is not as it was written')
  const read = headSchema.safeParse(jsonOf(`${head.replace(/,"keys":\[$/, '')}}`))
  const counts = countsSchema.safeParse(jsonOf(`{${(tail ?? '').replace(/^\],/, '').replace(/,$/, '')}}`))
  if (!read.success || !counts.success) throw noPlan(path, 'it is a plan of another release')
  return {head: read.data, counts: counts.data.counts, sha256, entries: () => readEntries(path)}
}

async function* readEntries(path: string): AsyncGenerator<Entry> {
  let number = 0
  for await (const line of linesOf(path)) {
    number += 1
    if (number === 1) continue
    if (line.startsWith(']')) return
    const entry = entrySchema.safeParse(jsonOf(line.replace(/,$/, '')))
    if (!entry.success) throw noPlan(path, `line ${number} is no key of a plan`)
    yield entry.data
  }
}

async function* linesOf(path: string): AsyncGenerator<string> {
  const lines = createInterface({input: createReadStream(path, 'utf8'), crlfDelay: Number.POSITIVE_INFINITY})
  try {
    yield* lines
  } catch (error) {
    throw new ErpSyncError(`The plan ${path} cannot be read: ${errorCode(error) ?? 'unreadable'}.`, {
      code: 'plan_missing',
      exitCode: exitCodes.missingInput,
      hint: 'Make one with erpsync resync plan FLOW --out plan.json',
      cause: error,
    })
  } finally {
    lines.close()
  }
}

async function openDraft(draft: string, path: string): Promise<FileHandle> {
  try {
    return await open(draft, 'wx', 0o600)
  } catch (error) {
    throw new ErpSyncError(`${path} cannot be written (${errorCode(error) ?? 'unknown error'}).`, {
      code: 'plan_unwritable',
      exitCode: exitCodes.missingInput,
      hint: 'Name a file in a folder that exists and may be written to.',
      cause: error,
    })
  }
}

function noPlan(path: string, why: string): ErpSyncError {
  return new ErpSyncError(`${path} cannot be taken: ${why}.`, {
    code: 'plan_invalid',
    exitCode: exitCodes.badInput,
    hint: 'Make one with erpsync resync plan FLOW --out plan.json',
  })
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

const planVersion = 1

const headSchema = z.object({
  version: z.literal(planVersion),
  flow: z.string(),
  createdAt: z.iso.datetime(),
  createdBy: z.string(),
  selection: z.string(),
  internal: z.enum(internalKinds),
})

const countsSchema = z.object({counts: z.record(z.enum(keyClasses), z.number().int().min(0))})

const entrySchema = z.object({
  key: z.string(),
  class: z.enum(keyClasses),
  version: z.string().nullable(),
  reference: z.string().nullable(),
  documentNumber: z.string().nullable(),
  message: z.uuid().nullable(),
  hash: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .nullable(),
  differences: z.array(z.object({path: z.string(), expected: z.unknown(), inSap: z.unknown()})),
  holds: z.object({message: z.string(), version: z.string().nullable()}).nullable(),
  blocking: z.object({message: z.string(), state: z.string()}).nullable(),
  letter: z.object({id: z.string(), group: z.string(), code: z.string()}).nullable(),
  failure: z.object({class: z.enum(failureClasses), code: z.string(), text: z.string()}).nullable(),
  next: z.string().nullable(),
})
