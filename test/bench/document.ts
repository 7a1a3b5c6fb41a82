/** A document of 1 KiB as JSON. */
export function benchDocument(number: string): Readonly<Record<string, unknown>> {
  const document = {number, customer: 'USCU_S01', note: ''}
  return {...document, note: 'x'.repeat(sizeBytes - JSON.stringify(document).length)}
}

const sizeBytes = 1024
