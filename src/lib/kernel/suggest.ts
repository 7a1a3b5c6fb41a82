import {closest, distance} from 'fastest-levenshtein'

/** The known word that was probably meant, or undefined if none is near. */
export function suggest(word: string, known: readonly string[]): string | undefined {
  if (known.length === 0) return undefined
  const nearest = closest(word, known)
  return distance(word, nearest) <= Math.max(2, Math.floor(word.length / 3)) ? nearest : undefined
}

/** ` Did you mean "x"?`, or nothing. */
export function didYouMean(word: string, known: readonly string[]): string {
  const meant = suggest(word, known)
  return meant === undefined ? '' : ` Did you mean "${meant}"?`
}
