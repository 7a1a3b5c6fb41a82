/** Talk about work that takes a while, on stderr. */
export interface Progress {
  /** What is being done now. */
  readonly step: (text: string) => void
  /** The work has ended, well or badly; whatever comes next starts on a clean line. */
  readonly end: () => void
}

/** A spinner where stderr is a terminal; elsewhere (logs, CI) one plain line a step. */
export async function openProgress(stream: NodeJS.WriteStream = process.stderr): Promise<Progress> {
  // A terminal that does not tell its width (0 columns, as some CI has) makes ora loop for ever.
  if (!stream.isTTY || stream.columns === 0) return {step: (text) => void stream.write(`${text}\n`), end: () => {}}

  // Loaded only where it is shown: most commands never need it.
  const {default: ora} = await import('ora')
  const spinner = ora({stream, discardStdin: false})
  return {
    step: (text) => {
      if (spinner.isSpinning) spinner.stopAndPersist({symbol: '·'})
      spinner.start(text)
    },
    end: () => void spinner.stop(),
  }
}
