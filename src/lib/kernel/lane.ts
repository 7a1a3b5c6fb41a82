/** A queue a worker consumes; a slow lane never holds up another. */
export type Lane = 'work' | 'retry' | 'replay'

export const lanes = ['work', 'retry', 'replay'] as const satisfies readonly Lane[]
