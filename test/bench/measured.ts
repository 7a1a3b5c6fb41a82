import type {CpuTimes} from './cpu.js'

/** What a phase has shown. */
export interface Measured {
  /** Messages per second. */
  readonly rate: number
  /** Microseconds of processor time a message. */
  readonly cpu: CpuTimes
}
