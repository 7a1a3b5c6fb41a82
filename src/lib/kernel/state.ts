/**
 * Where a message is. docs/state-machine.md has the picture.
 *
 * - `accepted`: committed with an outbox row; the relay moves it on
 * - `queued`: confirmed by a quorum queue; a worker's claim moves it on
 * - `in_flight`: a worker wrote down that it is about to call SAP; its outcome moves it on
 * - `synced`: SAP has it; final
 * - `held`: waits for its predecessor of the same key
 * - `retry_wait`: failed for now; a copy waits in a delay tier or is due in the outbox
 * - `in_doubt`: sent, outcome unknown; a look-up is due in the outbox
 * - `dead`: given up on; a letter in the archive; a replay moves it on
 * - `superseded`: overtaken by a newer version; final
 * - `discarded`: set aside by a person; final, unless a person takes it back
 */
export type MessageState =
  | 'accepted'
  | 'queued'
  | 'in_flight'
  | 'synced'
  | 'held'
  | 'retry_wait'
  | 'in_doubt'
  | 'dead'
  | 'superseded'
  | 'discarded'

/** What can happen to a message in the ledger. */
export type MessageEvent =
  | 'published'
  | 'claimed'
  | 'doubted'
  | 'settled_synced'
  | 'settled_retry'
  | 'settled_in_doubt'
  | 'settled_dead'
  | 'replayed'
  | 'replayed_in_doubt'
  | 'superseded'
  | 'held'
  | 'released'
  | 'skipped'
  | 'set_aside'
  | 'restored'
  | 'resolved_by_person'

interface Transition {
  readonly from: readonly MessageState[]
  readonly to: MessageState
}

/** The only way from one state to another: every update of a state names its event and asks here. */
export function transition(event: MessageEvent): Transition {
  switch (event) {
    case 'published':
      return {from: ['accepted'], to: 'queued'}
    case 'claimed':
      return {from: ['accepted', 'queued', 'retry_wait'], to: 'in_flight'}
    case 'doubted':
      return {from: ['in_flight'], to: 'in_doubt'}
    case 'settled_synced':
      // From retry_wait if SAP answers later than a look-up found nothing: sending again would book twice.
      return {from: ['in_flight', 'in_doubt', 'retry_wait'], to: 'synced'}
    case 'settled_retry':
      return {from: ['in_flight', 'in_doubt'], to: 'retry_wait'}
    case 'settled_in_doubt':
      return {from: ['in_flight', 'in_doubt'], to: 'in_doubt'}
    case 'settled_dead':
      return {from: ['accepted', 'queued', 'in_flight', 'in_doubt', 'retry_wait'], to: 'dead'}
    case 'replayed':
      return {from: ['dead'], to: 'accepted'}
    case 'replayed_in_doubt':
      return {from: ['dead'], to: 'in_doubt'}
    case 'superseded':
      return {from: ['accepted', 'queued', 'held', 'retry_wait', 'dead'], to: 'superseded'}
    case 'held':
      return {from: ['accepted', 'queued', 'retry_wait'], to: 'held'}
    case 'released':
      return {from: ['held'], to: 'accepted'}
    case 'skipped':
      return {from: ['dead', 'held'], to: 'discarded'}
    case 'set_aside':
      return {from: ['dead'], to: 'discarded'}
    case 'restored':
      return {from: ['discarded'], to: 'dead'}
    case 'resolved_by_person':
      return {from: ['dead', 'in_doubt'], to: 'synced'}
  }
}
