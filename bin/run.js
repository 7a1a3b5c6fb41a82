#!/usr/bin/env node
import {flush, handle, run} from '@oclif/core'

try {
  await run(process.argv.slice(2), import.meta.url)
  await flush()
} catch (error) {
  // The table of exit codes has one code for wrong usage; the not-found plugin has its own.
  if (error.oclif?.exit === 127) error.oclif.exit = 2
  await handle(error)
}
