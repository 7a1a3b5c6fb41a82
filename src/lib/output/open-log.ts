import {pino} from 'pino'
import type {Log} from '#lib/kernel/log.js'

export type LogFormat = 'json' | 'pretty'

/** A log on stderr: one JSON object a line for machines, coloured lines for people. */
export async function openLog(format: LogFormat, level = 'info'): Promise<Log> {
  const options = {level, base: null, timestamp: pino.stdTimeFunctions.isoTime}
  if (format === 'json') return pino(options, pino.destination({fd: 2, sync: true}))
  const {default: pretty} = await import('pino-pretty')
  return pino(options, pretty({destination: 2, sync: true, colorize: process.stderr.isTTY, translateTime: 'SYS:HH:MM:ss.l'}))
}
