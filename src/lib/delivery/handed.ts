import type {Delivery} from '#lib/broker/delivery.js'
import type {Lane} from '#lib/kernel/lane.js'
import type {FlowParts} from './flow-parts.js'

/** A copy of a message in the hands of this worker. */
export interface Handed {
  readonly parts: FlowParts
  readonly lane: Lane
  readonly delivery: Delivery
  readonly messageId: string
  /** The attempt the copy is for. */
  readonly attempt: number
  /** The revision of the payload that the copy carries. */
  readonly revision: number
}
