import {randomBytes} from 'node:crypto'

/** A new id of something done to many letters: seven characters that can be read out over the telephone. */
export function newOperationId(): string {
  return `R-${[...randomBytes(7)].map((byte) => alphabet.charAt(byte % alphabet.length)).join('')}`
}

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'
