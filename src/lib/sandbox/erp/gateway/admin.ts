import type {z} from 'zod'
import {faultSchema, scheduleSchema} from '#lib/sandbox/erp/faults/fault.js'
import {repostIdocs} from './idoc-call.js'
import {deleteOrder, fields, orderDrift, rewriteOrder, rewritePartner} from './drift.js'
import {json, type Reply} from './reply.js'
import type {SandboxState} from './sandbox-state.js'

export const adminRoot = '/__sandbox/'

export interface AdminRequest {
  readonly method: string
  /** Below the root of the admin endpoints. */
  readonly path: string
  readonly query: string
  readonly body: string
}

/** Answers the endpoints that set faults and tell what was booked. */
export function answerAdmin(state: SandboxState, {method, path, query, body}: AdminRequest): Reply {
  switch (`${method} ${path}`) {
    case 'GET faults':
      return json(200, {faults: state.faults.list()})
    case 'POST faults':
      return withInput(faultSchema, body, (fault) => json(201, {fault: state.faults.add(fault)}))
    case 'DELETE faults':
      state.faults.clear()
      return json(200, {faults: []})
    case 'POST schedule':
      return withInput(scheduleSchema, body, (schedule) => json(200, {faults: state.faults.replace(schedule)}))
    case 'GET effects':
      return effects(state, new URLSearchParams(query).get('reference'))
    case 'GET names':
      return json(200, {names: Object.fromEntries(state.world.effects.names())})
    case 'GET stats':
      return json(200, statsOf(state))
    case 'PATCH orders':
      return withInput(orderDrift, body, (drift) => rewriteOrder(state.world, new URLSearchParams(query), drift))
    case 'DELETE orders':
      return deleteOrder(state.world, new URLSearchParams(query))
    case 'PATCH partners':
      return withInput(fields, body, (drift) => rewritePartner(state.world, new URLSearchParams(query), drift))
    case 'POST repost':
      return json(200, {reposted: repostIdocs(state)})
    case 'POST reset':
      state.reset()
      return json(200, statsOf(state))
    default:
      return json(404, {error: {message: `There is no ${method} ${adminRoot}${path}.`}})
  }
}

function effects({world}: SandboxState, reference: string | null): Reply {
  if (reference !== null) return json(200, world.effects.of(reference))
  return json(200, {effects: Object.fromEntries(world.effects.all())})
}

function statsOf({requests, mostAtOnce, world, faults}: SandboxState): unknown {
  return {requests, mostAtOnce, effects: world.effects.total(), faults: faults.injected()}
}

function withInput<Schema extends z.ZodType>(
  schema: Schema,
  body: string,
  use: (input: z.output<Schema>) => Reply,
): Reply {
  const result = schema.safeParse(parseJson(body))
  if (result.success) return use(result.data)
  const problems = result.error.issues.map(({path, message}) => ({field: path.join('.') || 'body', message}))
  const message = problems.map((problem) => `${problem.field}: ${problem.message}`).join('; ')
  return json(400, {error: {message, problems}})
}

/** What is no JSON becomes undefined, which no schema takes. */
function parseJson(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch {
    return undefined
  }
}
