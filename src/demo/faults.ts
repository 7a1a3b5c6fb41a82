import type {ScheduleInput} from '#lib/sandbox/erp/faults/fault.js'

/**
 * What goes wrong while the demo runs: the kinds of trouble a real SAP makes,
 * each at a rate of a few percent. The seed makes the draws the same each time.
 * The delay stays under the deadline of a call, so that only a hang exceeds it.
 */
export const odataFaults: ScheduleInput = {
  seed: 20_260_302,
  faults: [
    {kind: 'latency', ms: 400, rate: 0.1},
    {kind: 'hang', method: 'POST', rate: 0.02, count: 2},
    {kind: 'unavailable', retryAfterSeconds: 1, rate: 0.02},
    {kind: 'throttle', retryAfterSeconds: 1, rate: 0.02},
    {kind: 'drop-before-commit', rate: 0.03},
    {kind: 'drop-after-commit', rate: 0.03},
    {kind: 'truncated-body', rate: 0.02},
    {kind: 'expired-session', rate: 0.02},
    {kind: 'lock', rate: 0.03},
  ],
}

/** The same by RFC, where only a logon meets a system that is not there, and a function can end in a short dump. */
export const rfcFaults: ScheduleInput = {
  seed: 20_260_302,
  faults: [
    {kind: 'latency', ms: 400, rate: 0.05},
    {kind: 'hang', rate: 0.02, count: 2},
    {kind: 'unavailable', rate: 0.1},
    {kind: 'drop-before-commit', rate: 0.03},
    {kind: 'drop-after-commit', rate: 0.03},
    {kind: 'dump', key: 'TIME_OUT', rate: 0.01},
    {kind: 'lock', rate: 0.03},
  ],
}
