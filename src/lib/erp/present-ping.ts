import type {Ping} from './ping.js'

/** One line a flow: who answered and how fast, or why nobody did. */
export function presentPings(pings: readonly Ping[]): string {
  const rows = pings.map((ping) => [ping.flow, ping.destination, ...verdict(ping)])
  const widths = [0, 1, 2].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}

function verdict(ping: Ping): readonly string[] {
  if (ping.isReachable) return [`${ping.latencyMs} ms`, ping.system]
  return [ping.failure.code, ping.failure.text]
}
