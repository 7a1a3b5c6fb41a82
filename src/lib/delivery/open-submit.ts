import type {BatchSettings} from '#lib/config/schema.js'
import type {ErpConnector, ErpDocument, SubmitOutcome} from '#lib/erp/connector.js'
import {coalesce} from '#lib/kernel/coalesce.js'

interface Call {
  readonly document: ErpDocument
  readonly signal: AbortSignal
}

/**
 * How a flow's documents reach SAP: one by one or, where batches are wanted,
 * together with others that are granted at about the same time. Batches do not
 * wait for each other: one that hangs holds up its own documents alone.
 */
export function openSubmit(
  {submit, submitBatch}: ErpConnector,
  batch: BatchSettings | undefined,
): ErpConnector['submit'] {
  if (batch === undefined || submitBatch === undefined) return submit
  const gather = coalesce<Call, SubmitOutcome>(
    async (calls) => {
      const documents = calls.map(({document}) => document)
      // Who was claimed first has to be answered first.
      return submitBatch(documents, calls[0]?.signal ?? AbortSignal.abort())
    },
    {most: batch.size, withinMs: batch.within, parallel: Infinity},
  )
  return async (document, signal) => gather({document, signal})
}
