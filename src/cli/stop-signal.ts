/** Aborted by the first SIGINT or SIGTERM; a second one ends the process the hard way. */
export function stopSignal(): AbortSignal {
  const stop = new AbortController()
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => stop.abort(name))
  return stop.signal
}
