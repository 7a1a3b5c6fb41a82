/** A row of numbers as a row of bars; in plain characters where the terminal may not have the others. */
export function sparkline(numbers: readonly number[], isUtf8: boolean): string {
  const bars = isUtf8 ? blocks : plain
  const most = Math.max(...numbers, 1)
  return numbers
    .map((number) => bars[number === 0 ? 0 : Math.max(1, Math.ceil((number / most) * (bars.length - 1)))])
    .join('')
}

/** Whether what is written will be read as UTF-8, by the variables of the locale. */
export function isUtf8({LC_ALL, LC_CTYPE, LANG}: NodeJS.ProcessEnv): boolean {
  const locale = [LC_ALL, LC_CTYPE, LANG].find((name) => name !== undefined && name !== '') ?? ''
  return /utf-?8/i.test(locale)
}

const blocks = ['·', '▁', '▂', '▃', '▄', '▅', '▆', '▇', '█']
const plain = ['.', '_', ':', '-', '=', '+', '*', '#']
