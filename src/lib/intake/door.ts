import {readFile} from 'node:fs/promises'
import {type AnySchema, Ajv2020, type ErrorObject, type ValidateFunction} from 'ajv/dist/2020.js'
import formatsModule from 'ajv-formats'
import type {Flow} from '#lib/config/load.js'
import {findUnfit} from '#lib/db/jsonb.js'
import {compileExpression, type Expression, type TextOutcome} from '#lib/erp/expression.js'
import type {Mapping} from '#lib/erp/mapping.js'
import {compileOperation, isCreation, mappedReference} from '#lib/erp/operation.js'
import {ErpSyncError, errorMessage} from '#lib/kernel/errors.js'
import {exitCodes} from '#lib/kernel/exit-codes.js'
import {textMask} from '#lib/kernel/mask-values.js'
import type {Ordering} from '#lib/kernel/ordering.js'
import {payloadHash} from '#lib/kernel/payload-hash.js'
import {maskPersonal, type PersonalFields, personalMark, readPersonalFields} from '#lib/kernel/personal-fields.js'

/** One thing that is wrong with a document, and where. */
export interface Problem {
  /** JSON pointer to the field, e.g. `/items/0/quantity`; empty for the document as a whole. */
  readonly field: string
  readonly message: string
}

/** A document that may enter. */
export interface Admissible {
  readonly kind: 'admissible'
  readonly document: unknown
  readonly key: string
  readonly version: string | null
  /** Null where neither the producer nor key and version identify the message. */
  readonly idempotencyKey: string | null
  readonly reference: string | null
  /** SHA-256 of the document in hex. */
  readonly hash: string
}

export interface Refused {
  readonly kind: 'refused'
  readonly problems: readonly Problem[]
}

/** The door of one flow: says of any document whether it may enter, and why not. */
export interface Door {
  readonly flow: string
  readonly ordering: Ordering
  /** Which fields of its documents are personal. */
  readonly personal: PersonalFields
  /** Says why not without what is personal. */
  readonly check: (document: unknown) => Promise<Admissible | Refused>
}

/**
 * Reads a flow's schema, expressions and mapping, once.
 *
 * @throws ErpSyncError 78 naming the file that is not right.
 */
export async function openDoor(flow: Flow): Promise<Door> {
  const [{validate, personal}, mapping] = await Promise.all([compileSchema(flow), compileOperation(flow.operation)])
  const expressions: Expressions = {
    key: compileExpression(flow.key),
    version: flow.version === undefined ? undefined : compileExpression(flow.version),
    idempotencyKey: flow.idempotencyKey === undefined ? undefined : compileExpression(flow.idempotencyKey),
  }
  return {
    flow: flow.name,
    ordering: flow.order,
    personal,
    check: async (document) => {
      const checked = await checkDocument(flow, {validate, mapping, expressions}, document)
      return checked.kind === 'refused' ? maskProblems(checked, document, personal) : checked
    },
  }
}

interface Expressions {
  readonly key: Expression
  readonly version: Expression | undefined
  readonly idempotencyKey: Expression | undefined
}

interface Checks {
  readonly validate: ValidateFunction
  readonly mapping: Mapping
  readonly expressions: Expressions
}

async function checkDocument(
  flow: Flow,
  {validate, mapping, expressions}: Checks,
  document: unknown,
): Promise<Admissible | Refused> {
  if (!validate(document)) return refuse(...(validate.errors ?? []).map(describeSchemaError))
  const unfit = findUnfit(document)
  if (unfit !== undefined)
    return refuse({field: unfit, message: 'holds U+0000 or half a surrogate pair, which cannot be kept'})

  const mapped = await mapping.apply(document)
  if (!mapped.ok) return refuse({field: '', message: `cannot be mapped for SAP: ${mapped.failure.text}`})

  const [key, version, own] = await Promise.all([
    expressions.key.evaluate(document),
    expressions.version?.evaluate(document) ?? nothing,
    expressions.idempotencyKey?.evaluate(document) ?? nothing,
  ])
  const failed = [key, version, own].find((outcome) => !outcome.ok)
  if (failed && !failed.ok) return refuse({field: '', message: failed.failure.text})
  if (!key.ok || key.text === undefined) return refuse({field: '', message: `has no business key (${flow.key})`})
  return admit(flow, document, mapped.body, {key: key.text, version: textOf(version), own: textOf(own)})
}

function admit(
  {version: versionExpression, operation}: Flow,
  document: unknown,
  body: Readonly<Record<string, unknown>>,
  {key, version, own}: {readonly key: string; readonly version: string | null; readonly own: string | null},
): Admissible | Refused {
  if (versionExpression !== undefined && version === null) {
    return refuse({field: '', message: `has no version (${versionExpression})`})
  }
  const idempotencyKey = own ?? (version === null ? null : `${key}@${version}`)
  const reference = mappedReference(operation, body) ?? idempotencyKey
  const tooLong = Object.entries({'business key': key, 'idempotency key': idempotencyKey, reference}).find(
    ([, text]) => text !== null && text.length > mostIdentityLength,
  )
  if (tooLong !== undefined)
    return refuse({field: '', message: `has a ${tooLong[0]} of more than ${mostIdentityLength} characters`})
  return {
    kind: 'admissible',
    document,
    key,
    version,
    idempotencyKey,
    reference: isCreation(operation) ? reference : null,
    hash: payloadHash(document),
  }
}

async function compileSchema(
  flow: Flow,
): Promise<{readonly validate: ValidateFunction; readonly personal: PersonalFields}> {
  try {
    const ajv = new Ajv2020({allErrors: true, strict: false})
    formatsModule.default(ajv)
    ajv.addKeyword({keyword: personalMark, schemaType: 'boolean'})
    const schema: AnySchema = JSON.parse(await readFile(flow.schema, 'utf8'))
    return {validate: ajv.compile(schema), personal: readPersonalFields(schema)}
  } catch (error) {
    throw new ErpSyncError(
      `flows.${flow.name}.schema: ${flow.schema} is no usable JSON Schema: ${errorMessage(error)}`,
      {
        code: 'schema_invalid',
        exitCode: exitCodes.configuration,
        hint: 'Mend the file, then type: erpsync config check',
        cause: error,
      },
    )
  }
}

/** An expression that fails quotes what it stumbled over. */
function maskProblems({problems}: Refused, document: unknown, personal: PersonalFields): Refused {
  if (personal.kind === 'none') return refuse(...problems)
  const mask = textMask(maskPersonal(document, personal).values)
  return refuse(...problems.map(({field, message}) => ({field, message: mask(message)})))
}

function describeSchemaError({instancePath, keyword, params, message = 'is not valid'}: ErrorObject): Problem {
  switch (keyword) {
    case 'required':
      return {field: `${instancePath}/${String(params.missingProperty)}`, message: 'is missing'}
    case 'additionalProperties':
    case 'unevaluatedProperties': {
      const extra = String(params.additionalProperty ?? params.unevaluatedProperty)
      return {field: `${instancePath}/${extra}`, message: 'is not a known property'}
    }
    case 'enum':
      return {field: instancePath, message: `must be one of ${(params.allowedValues as unknown[]).join(', ')}`}
    default:
      return {field: instancePath, message}
  }
}

function refuse(...problems: readonly Problem[]): Refused {
  return {kind: 'refused', problems}
}

function textOf(outcome: TextOutcome): string | null {
  return outcome.ok ? (outcome.text ?? null) : null
}

const nothing: TextOutcome = {ok: true, text: undefined}

/** What identifies a message has to fit into an index of PostgreSQL, and SAP knows no such long references. */
/** Characters of a key or reference. */
export const mostIdentityLength = 500
