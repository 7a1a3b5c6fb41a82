import assert from 'node:assert/strict'
import {startTickIn} from '#lib/sandbox/services/process-identity.js'

/** As Linux writes it, of a program with an awkward name. */
function stat(state: string, threads: number): string {
  return `4711 (a (b) c) ${state} 1 4711 4711 0 -1 4194304 1 0 0 0 9 8 0 0 20 0 ${threads} 0 123456 1000 1 0 0`
}

describe('startTickIn', () => {
  it('tells when a process started, for as long as one of its threads is there', () => {
    const ticks = [stat('S', 24), stat('Z', 2), stat('Z', 1), stat('X', 0)].map(startTickIn)

    assert.deepEqual(ticks, ['123456', '123456', undefined, undefined])
  })
})
