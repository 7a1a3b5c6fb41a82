import {pino} from 'pino'
import type {Log} from '#lib/kernel/log.js'

export type LogFormat = 'json' | 'pretty'

/** A log on stderr: one JSON object a line for machines, coloured lines for people. */
export async function openLog(format: LogFormat, level = 'info'): Promise<Log> {
  const stream = format === 'json' ? pino.destination({fd: 2, sync: true}) : await prettyStream()
  const logger = pino({level, base: null, timestamp: pino.stdTimeFunctions.isoTime}, stream)
  return {
    debug: (facts, event) => logger.debug(facts, event),
    info: (facts, event) => logger.info(facts, event),
    warn: (facts, event) => logger.warn(facts, event),
    error: (facts, event) => logger.error(facts, event),
  }
}

async function prettyStream() {
  const {default: pretty} = await import('pino-pretty')
  return pretty({destination: 2, sync: true, colorize: process.stderr.isTTY, translateTime: 'SYS:HH:MM:ss.l'})
}
