import type {FaultInput} from '#lib/sandbox/erp/faults/fault.js'

/** Which part of a worker process runs where: two relays, two consumers of every lane, two archivers. */
export const workers = [
  {name: 'all', args: []},
  {name: 'lanes', args: ['--only', 'lanes']},
  {name: 'rest', args: ['--only', 'relay,archiver']},
] as const

/**
 * Something that goes wrong at a time:
 *
 * - `worker-kill`: SIGKILL, and a start some time later
 * - `worker-pause`: SIGSTOP, and SIGCONT some time later
 * - `worker-zombie`: as a pause, but broker and database take the worker for dead and others
 *   have its messages long before it goes on
 * - `rfc-child-kill`: SIGKILL for the worker's process with SAP's library; the worker starts another
 * - `rfc-child-freeze`: SIGSTOP for it, for so long that the worker has to end it
 * - `push-kill`: SIGKILL for the push that runs then, or the next one; it is pushed again
 * - `broker-cut`, `postgres-cut`: every connection of the pipeline is cut
 * - `broker-stop`, `postgres-stop`: in good order; `-crash`: as by a power cut
 * - `erp-fault`: one of the sandbox's own
 */
export type Strike = {readonly atMs: number} & (
  | {
      readonly kind: 'worker-kill' | 'worker-pause' | 'worker-zombie' | 'rfc-child-freeze'
      readonly worker: number
      readonly forMs: number
    }
  | {readonly kind: 'rfc-child-kill'; readonly worker: number}
  | {readonly kind: 'broker-stop' | 'broker-crash' | 'postgres-stop' | 'postgres-crash'; readonly forMs: number}
  | {readonly kind: 'broker-cut' | 'postgres-cut' | 'push-kill'}
  | {readonly kind: 'erp-fault'; readonly fault: FaultInput}
)
