/**
 * How the carrying out of something metered ended:
 *
 * - `finished`, `stopped`, `paused`, `cancelled`: by its own state
 * - `interrupted`: the signal came; it is paused, and what was on its way has its outcome, if that came in time
 * - `overdue`: nothing on its way had an outcome for too long
 * - `taken_over`: another process carries it out
 */
export type RunEnd = 'finished' | 'stopped' | 'paused' | 'cancelled' | 'interrupted' | 'overdue' | 'taken_over'
