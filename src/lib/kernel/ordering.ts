/**
 * What the messages of one business key are to each other:
 *
 * - `none`: independent
 * - `latest`: states of one thing; a newer version supersedes older ones
 * - `strict`: events; each goes to SAP, one after the other
 */
export type Ordering = 'none' | 'latest' | 'strict'

export const orderings = ['none', 'latest', 'strict'] as const satisfies readonly Ordering[]
