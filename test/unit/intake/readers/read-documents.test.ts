import assert from 'node:assert/strict'
import {mkdtemp, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {plainCsv} from '#lib/config/csv-input.js'
import {findInputs} from '#lib/intake/readers/input.js'
import type {Line} from '#lib/intake/readers/line.js'
import {readDocuments} from '#lib/intake/readers/read-documents.js'

describe('readDocuments', () => {
  let folder: string
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'erpsync-read-'))
  })
  after(async () => rm(folder, {recursive: true}))

  // Larger than what is read at once, so that a line is cut where the reading is broken off.
  const documents = Array.from({length: 2000}, (_, index) => ({orderId: `CUT-${index}`, pad: 'x'.repeat(500)}))
  const contents = {
    'orders.ndjson': documents.map((document) => `${JSON.stringify(document)}\n`).join(''),
    'orders.json': JSON.stringify(documents),
    'orders.csv': `orderId,pad\n${documents.map(({orderId, pad}) => `${orderId},${pad}\n`).join('')}`,
  }

  for (const [name, content] of Object.entries(contents)) {
    it(`takes what a signal cuts off for no line of ${name}`, async () => {
      const path = join(folder, name)
      await writeFile(path, content)
      const [input] = await findInputs([path])
      assert.ok(input)
      const ending = new AbortController()
      const lines: Line[] = []

      for await (const line of readDocuments(input, {format: undefined, csv: plainCsv, signal: ending.signal})) {
        lines.push(line)
        ending.abort('SIGTERM')
      }

      assert.deepEqual(
        lines.filter((line) => 'problem' in line),
        [],
      )
      assert.ok(lines.length > 0 && lines.length < documents.length, String(lines.length))
    })
  }
})
