import type {ReadOutcome} from '#lib/erp/connector.js'
import {ErpSyncError} from '#lib/kernel/errors.js'
import {type ExitCode, exitCodes} from '#lib/kernel/exit-codes.js'
import {mapState} from '#lib/resync/compare-states.js'
import {bodyMaskOf, noMask} from '#lib/resync/mask-differences.js'
import {interruptible} from './interruptible.js'
import {requireState} from './resync-one.js'
import type {ResyncWork} from './run-resync.js'
import {type DeskOptions, withDesk} from './with-desk.js'

/** What SAP holds of a key. */
export interface Pulled {
  readonly flow: string
  readonly key: string
  /** By which SAP was asked. */
  readonly reference: string
  readonly state: ReadOutcome['kind']
  /** SAP's numbers: one, none, or several where there should be one. */
  readonly documentNumbers: readonly string[]
  /** In SAP's fields, as far as the flow maps them. */
  readonly body: Readonly<Record<string, unknown>> | null
  readonly failure: {readonly class: string; readonly code: string; readonly text: string} | null
}

/** Reads what SAP holds of one key. */
export async function pullKey(
  work: Pick<ResyncWork, 'config' | 'database'>,
  {flow, key, ...options}: Omit<DeskOptions, 'signal' | 'isMetered'> & {readonly key: string},
): Promise<Pulled> {
  return interruptible(async (signal) =>
    withDesk(work, {flow, ...options, isMetered: false, signal}, async (desk) => {
      const state = await requireState(desk, flow, key)
      const mapped = await mapState(desk, state)
      if (mapped.kind === 'decided') {
        throw new ErpSyncError(`The document of ${key} cannot be mapped: ${mapped.entry.failure?.text ?? ''}`, {
          code: 'not_mapped',
          exitCode: exitCodes.badInput,
          hint:
            state.messageId === null
              ? 'Mend its row, or the mapping.'
              : `Type: erpsync message show ${state.messageId}`,
        })
      }
      const {document} = mapped
      const [outcome = {kind: 'absent'} as const] = await desk.readSap([document])
      const {personal, mapping} = desk
      const mask = personal === undefined ? noMask : await bodyMaskOf(state.payload, document.body, {personal, mapping})
      const found = outcome.kind === 'found' ? outcome : null
      return {
        flow,
        key,
        reference: document.reference,
        state: outcome.kind,
        documentNumbers: numbersOf(outcome),
        body: found && mask.body(found.body),
        failure: outcome.kind === 'failed' ? {...failureOf(outcome), text: mask.text(outcome.failure.text)} : null,
      }
    }),
  )
}

export function presentPulled({key, reference, state, documentNumbers, body, failure}: Pulled): string {
  switch (state) {
    case 'found':
      return [`${key} is ${documentNumbers.join('')} in SAP.`, JSON.stringify(body, null, 2)].join('\n')
    case 'absent':
      return `SAP does not know ${key} (reference ${reference}).`
    case 'several':
      return `SAP has several of ${key}: ${documentNumbers.join(', ')}.`
    case 'failed':
      return `${key} was not read: ${failure?.text ?? ''} (${failure?.code ?? ''}).`
  }
}

/** The code to end with. */
export function pulledExitCode({state, failure}: Pulled): ExitCode {
  switch (state) {
    case 'found':
      return exitCodes.ok
    case 'absent':
      return exitCodes.different
    case 'several':
      return exitCodes.someFailed
    case 'failed':
      return failure?.class === 'permanent' ? exitCodes.someFailed : exitCodes.unreachable
  }
}

function numbersOf(outcome: ReadOutcome): readonly string[] {
  switch (outcome.kind) {
    case 'found':
      return outcome.documentNumber === null ? [] : [outcome.documentNumber]
    case 'several':
      return outcome.documentNumbers
    case 'absent':
    case 'failed':
      return []
  }
}

function failureOf({failure: {class: kind, code}}: Extract<ReadOutcome, {kind: 'failed'}>) {
  return {class: kind, code}
}
