import {readFile} from 'node:fs/promises'
import {LineCounter, parseDocument} from 'yaml'
import {z} from 'zod'
import {failureClasses} from '#lib/kernel/failure.js'
import {ErpSyncError, errorCode} from '#lib/kernel/errors.js'
import {exitCodes} from '#lib/kernel/exit-codes.js'
import {didYouMean} from '#lib/kernel/suggest.js'
import {type GroupingRule, payloadPrefix, placeholdersOf} from './rules.js'

/**
 * Reads the rules for groups of dead letters; none if the configuration names no file.
 *
 * @throws ErpSyncError 78 with every problem and its line in the file.
 */
export async function loadRules(path: string | undefined): Promise<readonly GroupingRule[]> {
  if (path === undefined) return []
  const lines = new LineCounter()
  const document = parseDocument(await readRulesFile(path), {lineCounter: lines})
  const lineAt = (place: readonly PropertyKey[]): number => lines.linePos(offsetOf(document, place)).line
  const [broken] = document.errors
  if (broken !== undefined) throw invalid(path, [`${path}:${lines.linePos(broken.pos[0]).line}: ${broken.message}`])

  const result = rulesSchema.safeParse(document.toJS(), {reportInput: true})
  if (result.success) return result.data
  throw invalid(
    path,
    result.error.issues.flatMap((issue) =>
      describe(issue).map((problem) => `${path}:${lineAt(issue.path)}: ${problem}`),
    ),
  )
}

async function readRulesFile(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    throw new ErpSyncError(
      `The rules for dead letters ${path} cannot be read (${errorCode(error) ?? 'unknown error'}).`,
      {
        code: 'rules_unreadable',
        exitCode: exitCodes.configuration,
        hint: 'deadLetters.rules in the configuration names the file.',
        cause: error,
      },
    )
  }
}

function invalid(path: string, problems: readonly string[]): ErpSyncError {
  return new ErpSyncError(`${path} holds no valid rules:\n${problems.map((line) => `  ${line}`).join('\n')}`, {
    code: 'rules_invalid',
    exitCode: exitCodes.configuration,
    hint: 'What a rule is made of: docs/dead-letters.md',
  })
}

/** Where the nearest node around a place begins. */
function offsetOf(document: ReturnType<typeof parseDocument>, place: readonly PropertyKey[]): number {
  for (let length = place.length; length >= 0; length -= 1) {
    const node = document.getIn(place.slice(0, length), true)
    if (typeof node === 'object' && node !== null && 'range' in node && Array.isArray(node.range))
      return Number(node.range[0])
  }
  return 0
}

function describe(issue: z.core.$ZodIssue): readonly string[] {
  const [rule, ...place] = issue.path
  const at = [`rule ${Number(rule ?? 0) + 1}`, ...(place.length === 0 ? [] : [place.join('.')])].join(', ')
  if (issue.path.length === 0) return ['the file holds a list of rules, each with `when` and `then`']
  if (issue.code === 'invalid_type' && issue.input === undefined) return [`${at}: is missing`]
  if (issue.code !== 'unrecognized_keys') return [`${at}: ${issue.message}`]
  const known = place[0] === 'then' ? Object.keys(then.shape) : Object.keys(ruleSchema.shape)
  return issue.keys.map((key) => `${at}: unknown key "${key}".${didYouMean(key, known)}`)
}

const when = z.record(z.string(), z.string()).superRefine((conditions, context) => {
  if (Object.keys(conditions).length === 0) context.addIssue({code: 'custom', message: 'names at least one condition'})
  for (const [field, pattern] of Object.entries(conditions)) {
    if (!whenFields.includes(field) && !isPayloadPath(field)) {
      const message = `unknown condition "${field}".${didYouMean(field, [...whenFields, 'payload.<field>'])}`
      context.addIssue({code: 'custom', path: [field], message})
    }
    if (field === 'class' && !pattern.includes('*') && !failureClasses.some((known) => known === pattern)) {
      const message = `no class is called "${pattern}".${didYouMean(pattern, failureClasses)}`
      context.addIssue({code: 'custom', path: [field], message})
    }
  }
})

const keyPart = z.string().superRefine((part, context) => {
  for (const name of placeholdersOf(part)) {
    if (name === 'default' || isPayloadPath(name)) continue
    const message = `unknown placeholder "{{${name}}}".${didYouMean(name, ['default', 'payload.<field>'])}`
    context.addIssue({code: 'custom', message})
  }
})

const then = z.strictObject({
  key: z.array(keyPart).min(1).optional(),
  title: z.string().min(1).optional(),
  runbook: z.string().min(1).optional(),
  replayable: z.enum(['never', 'after-fix', 'auto'], 'is one of: never, after-fix, auto').optional(),
})

// oxlint-disable-next-line unicorn/no-thenable -- the word of the file; nobody awaits its schema
const ruleSchema = z.strictObject({when, then})
const rulesSchema = z.array(ruleSchema)

function isPayloadPath(field: string): boolean {
  return field.startsWith(payloadPrefix) && !field.split('.').includes('')
}

const whenFields = ['flow', 'stage', 'class', 'code']
