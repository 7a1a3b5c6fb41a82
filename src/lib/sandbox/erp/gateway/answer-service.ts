import type {RefusalFault} from '#lib/sandbox/erp/faults/fault.js'
import {refusalMessage} from '#lib/sandbox/erp/faults/refusal.js'
import {answer, problemResponse} from '#lib/sandbox/erp/odata/answer.js'
import {answerBatch} from '#lib/sandbox/erp/odata/batch.js'
import {isWrite, type OdataRequest, type Place} from '#lib/sandbox/erp/odata/exchange.js'
import {GatewayError, notFound} from '#lib/sandbox/erp/odata/gateway-error.js'
import type {Service} from '#lib/sandbox/erp/odata/model.js'
import {services} from '#lib/sandbox/erp/odata/services.js'
import {targetOf} from './call.js'
import type {Reply} from './reply.js'
import type {SandboxState} from './sandbox-state.js'
import {type Session, sessionCookies} from './sessions.js'

/** Carries a call out on the service it names. */
export function answerService(state: SandboxState, call: OdataRequest, session: Session | undefined): Reply {
  const service = services.find(({path}) => call.path === path || call.path.startsWith(`${path}/`))
  if (!service) {
    const version = call.path.startsWith('/sap/opu/odata4/') ? 'v4' : 'v2'
    return problemResponse({version, namespace: 'SANDBOX'}, notFound(`service ${call.path}`))
  }
  const request = {...call, path: call.path.slice(service.path.length + 1)}
  const place = placeOf(state, service, call)
  const isBatch = request.path === '$batch' && request.method === 'POST'
  const reply = isBatch ? answerBatch(state.world, place, request) : answer(state.world, place, request)
  return wantsToken(call) && reply.status < 400 ? withToken(state, reply, session) : reply
}

function placeOf(state: SandboxState, service: Service, {headers}: OdataRequest): Place {
  return {
    service,
    root: `http://${headers.host ?? 'localhost'}${service.path}`,
    refuse: (request) => {
      const fault = state.faults.takeRefusal(targetOf({...request, path: `${service.path}/${request.path}`}))
      return fault && refusalError(fault)
    },
  }
}

function refusalError(fault: RefusalFault): GatewayError {
  const {code, text} = refusalMessage(fault)
  return new GatewayError(text, {status: 400, code})
}

function wantsToken({method, headers}: OdataRequest): boolean {
  return !isWrite(method) && headers['x-csrf-token']?.toLowerCase() === 'fetch'
}

function withToken(state: SandboxState, reply: Reply, session: Session = state.sessions.open()): Reply {
  return {
    ...reply,
    headers: {...reply.headers, 'x-csrf-token': session.token, 'set-cookie': sessionCookies(session)},
  }
}
