import {randomBytes} from 'node:crypto'

/** A new id of seven characters that can be read out over the telephone, behind a letter for what it is of. */
export function newRunId<Letter extends string>(letter: Letter): `${Letter}-${string}` {
  const characters = [...randomBytes(7)].map((byte) => alphabet.charAt(byte % alphabet.length))
  return `${letter}-${characters.join('')}`
}

/** Whether a text has the form of such an id. */
export function isRunId(letter: string, text: string): boolean {
  return new RegExp(`^${letter}-[A-Z2-7]{7}$`).test(text)
}

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'
