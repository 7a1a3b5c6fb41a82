// Writes examples/data. Seeded: the same program writes the same bytes, so a change of the data shows in a diff.
//   node scripts/make-example-data.js [FOLDER]
import {mkdir, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {fileURLToPath} from 'node:url'
import {orderLines, smallOrderLines} from './example-data/orders.js'
import {partnerLines} from './example-data/partners.js'

const folder = process.argv[2] ?? fileURLToPath(new URL('../examples/data', import.meta.url))

const files = {
  'orders.ndjson': orderLines(),
  'orders-small.ndjson': smallOrderLines(),
  'business-partners.ndjson': partnerLines(),
}

await mkdir(folder, {recursive: true})
for (const [name, lines] of Object.entries(files)) {
  await writeFile(join(folder, name), lines.map((line) => `${line}\n`).join(''))
}
