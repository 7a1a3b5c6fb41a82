/** One line that changes in place on a terminal; nothing elsewhere. */
export interface Counter {
  readonly show: (text: string) => void
  readonly clear: () => void
}

export function openCounter(stream: NodeJS.WriteStream): Counter {
  if (!stream.isTTY) return {show: () => {}, clear: () => {}}
  return {
    show: (text) => void stream.write(`\r\u001B[2K${text.slice(0, stream.columns - 1)}`),
    clear: () => void stream.write('\r\u001B[2K'),
  }
}
