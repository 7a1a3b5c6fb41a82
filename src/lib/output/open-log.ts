import {pino} from 'pino'
import type {Log} from '#lib/kernel/log.js'

export type LogFormat = 'json' | 'pretty'

/** A log on stderr: one JSON object a line for machines, coloured lines for people. */
export async function openLog(format: LogFormat, level = 'info'): Promise<Log> {
  const stream = format === 'json' ? byTurns(pino.destination({fd: 2, sync: true})) : await prettyStream()
  const logger = pino({level, base: null, timestamp: pino.stdTimeFunctions.isoTime}, stream)
  return {
    debug: (facts, event) => logger.debug(facts, event),
    info: (facts, event) => logger.info(facts, event),
    warn: (facts, event) => logger.warn(facts, event),
    error: (facts, event) => logger.error(facts, event),
  }
}

/** Writes the lines of one turn of the event loop together, since a system call a line costs more than all else about it. */
function byTurns(out: {readonly write: (text: string) => unknown}): {readonly write: (line: string) => void} {
  let lines: string[] = []
  const flush = (): void => {
    if (lines.length > 0) out.write(lines.join(''))
    lines = []
  }
  // A process that ends in the midst of a turn, by a crash too, tells first what it was about.
  process.on('exit', flush)
  return {
    write: (line) => {
      if (lines.push(line) === 1) setImmediate(flush)
    },
  }
}

async function prettyStream() {
  const {default: pretty} = await import('pino-pretty')
  return pretty({destination: 2, sync: true, colorize: process.stderr.isTTY, translateTime: 'SYS:HH:MM:ss.l'})
}
