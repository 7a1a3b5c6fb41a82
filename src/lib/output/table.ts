import Table from 'cli-table3'

/** A plain table for the terminal, without colours. */
export function renderTable(columns: readonly string[], rows: readonly (readonly string[])[]): string {
  const table = new Table({head: [...columns], style: {head: [], border: []}})
  table.push(...rows.map((row) => [...row]))
  return table.toString()
}
