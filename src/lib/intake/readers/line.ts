import type {ParsedDocument} from './parse-document.js'

/** A document as it was read, or what came in its place. */
export type Line = ParsedDocument & {
  /** Of the line it begins in, from 1; in a JSON array, of the element. Grows within a file. */
  readonly number: number
  /** As it came, decoded. */
  readonly text: string
  /** Where the next one begins, in bytes of the file as decompressed and in UTF-8. */
  readonly end: number
  /** What else is needed to read the text again by itself: the header of a CSV file. */
  readonly header?: string
  /** The message that is known to hold this very document: it is a duplicate, and need not be looked at. */
  readonly knownAs?: string
}

/** How far a file is read: the number of the last line, and where the next one begins. */
export interface Position {
  readonly number: number
  readonly end: number
}

export const start: Position = {number: 0, end: 0}
