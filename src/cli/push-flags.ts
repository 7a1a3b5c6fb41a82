import {Flags} from '@oclif/core'
import {type CsvInput, type Encoding, encodings, plainCsv} from '#lib/config/csv-input.js'
import type {Flow} from '#lib/config/load.js'
import {type FailureLimit, parseFailureLimit} from '#lib/intake/runs/failure-limit.js'
import {formats} from '#lib/intake/readers/read-documents.js'
import {dryRunFlag} from './dry-run-flag.js'
import {durationFlag} from './duration-flag.js'
import {rateFlag} from './rate-flag.js'

/** Flags of a push: what is read, and how carefully. */
export const pushFlags = {
  rejects: Flags.string({
    summary: 'file that receives the rejected lines and why',
    env: 'ERPSYNC_REJECTS',
    helpValue: '<file>',
  }),
  format: Flags.option({
    summary: 'what the files hold, where their names do not say it (ndjson)',
    options: formats,
    helpGroup: 'INPUT',
  })(),
  encoding: Flags.option({
    summary: 'encoding of CSV files, instead of that of the flow',
    options: encodings,
    helpGroup: 'INPUT',
  })(),
  delimiter: Flags.string({
    summary: 'what parts columns of CSV files, instead of that of the flow',
    helpGroup: 'INPUT',
  }),
  'on-error': Flags.option({
    summary: 'what a rejected line does: skip goes on behind it, stop ends the push before it',
    options: ['skip', 'stop'] as const,
    default: 'skip',
    helpGroup: 'GUARD',
  })(),
  'max-failures': Flags.custom<FailureLimit>({
    summary: 'stop when more lines than that are rejected, e.g. 10 or 1%',
    helpValue: '<limit>',
    helpGroup: 'GUARD',
    parse: async (text) => {
      const limit = parseFailureLimit(text)
      if (limit !== undefined) return limit
      throw new Error(`"${text}" is no limit; write a number of lines such as 10, or a share such as 1%`)
    },
  })(),
  rate: rateFlag({summary: 'lines a second at most, e.g. 100/s or 5000/m', helpGroup: 'GUARD'}),
  'dry-run': dryRunFlag('check everything, ask the ledger for duplicates, write nothing'),
  'validate-only': Flags.boolean({
    summary: 'check the documents alone; needs no database',
    default: false,
    exclusive: ['dry-run', 'wait'],
  }),
  wait: Flags.boolean({summary: 'wait until every message of the push has its outcome', exclusive: ['dry-run']}),
  timeout: durationFlag({
    summary: 'how long to wait at most',
    default: 600_000,
    defaultHelp: async () => '10m',
  }),
}

/** How the CSV files of this push are written: as the flow says, unless a flag says something else. */
export function csvOf(
  {csv = plainCsv}: Pick<Flow, 'csv'>,
  {encoding, delimiter}: {readonly encoding: Encoding | undefined; readonly delimiter: string | undefined},
): CsvInput {
  return {...csv, encoding: encoding ?? csv.encoding, delimiter: delimiter ?? csv.delimiter}
}
