/** The middle one of so many measurements. */
export async function medianOf(rounds: number, measure: () => Promise<number>): Promise<number> {
  const measured: number[] = []
  for (let round = 0; round < rounds; round += 1) measured.push(await measure())
  return measured.toSorted((a, b) => a - b)[Math.floor(rounds / 2)] ?? 0
}
