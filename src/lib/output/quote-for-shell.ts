/** A text as one word of a shell's command line, for commands that are shown to be typed. */
export function quoteForShell(text: string): string {
  return /^[\w.:/@+,=-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`
}
