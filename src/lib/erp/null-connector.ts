import type {ConnectionSettings} from '#lib/config/schema.js'
import {wait} from '#lib/kernel/wait.js'
import type {ErpConnector, SubmitOutcome} from './connector.js'

type NullDestination = Extract<ConnectionSettings, {kind: 'null'}>

/**
 * Takes every document and keeps none, each call after the same latency: for
 * measuring what erpsync itself costs. It knows no reference afterwards.
 */
export function openNullConnector({latency}: NullDestination): ErpConnector {
  const after = async <Answer>(answer: Answer, signal: AbortSignal): Promise<Answer> => {
    if (latency > 0) await wait(latency, signal)
    return answer
  }
  return {
    submit: async (_, signal) => after(done, signal),
    submitBatch: async (documents, signal) =>
      after(
        documents.map(() => done),
        signal,
      ),
    amend: async (_, signal) => after(done, signal),
    probe: async (_, signal) => after({kind: 'absent'}, signal),
    ping: async (signal) => after({latencyMs: latency, system: 'null (keeps nothing)'}, signal),
    close: async () => {},
  }
}

const done: SubmitOutcome = {kind: 'done', documentNumber: null}
