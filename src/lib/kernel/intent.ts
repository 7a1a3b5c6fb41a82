/**
 * Why a message entered:
 *
 * - `sync`: the source has a new state
 * - `resync`: SAP differs from a state that the source has had all along, and is brought back to it
 */
export const intents = ['sync', 'resync'] as const

export type Intent = (typeof intents)[number]
