/** Aborted by the first SIGINT or SIGTERM; the same one again ends the process the hard way. */
export function stopSignal(): AbortSignal {
  const stop = new AbortController()
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => stop.abort(name))
  return stop.signal
}
