#!/usr/bin/env node
if (process.argv[2] === 'push') {
  const {keepHeapLean} = await import('../dist/lib/intake/runs/lean-heap.js')
  keepHeapLean()
}
const {flush, handle, run} = await import('@oclif/core')

try {
  await run(process.argv.slice(2), import.meta.url)
  await flush()
} catch (error) {
  // The table of exit codes has one code for wrong usage; the not-found plugin has its own.
  if (error.oclif?.exit === 127) error.oclif.exit = 2
  await handle(error)
}
