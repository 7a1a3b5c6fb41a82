import assert from 'node:assert/strict'
import {csvInput} from '#lib/config/csv-input.js'
import type {Line} from '#lib/intake/readers/line.js'
import {readCsv} from '#lib/intake/readers/read-csv.js'

const german = csvInput.parse({
  delimiter: ';',
  encoding: 'windows-1252',
  decimal: ',',
  group: 'Auftrag',
  columns: {
    Auftrag: 'orderId',
    Revision: {to: 'revision', type: 'integer'},
    Ort: 'address.city',
    Datum: {to: 'orderedAt', type: 'time', format: 'dd.MM.yyyy HH:mm', zone: 'Europe/Berlin'},
    Lieferung: {to: 'requestedDelivery', type: 'date', format: 'dd.MM.yyyy'},
    Artikel: 'items[].sku',
    Menge: {to: 'items[].quantity', type: 'integer'},
    Preis: {to: 'items[].netPrice', type: 'decimal'},
  },
})
const header = 'Auftrag;Revision;Ort;Datum;Lieferung;Artikel;Menge;Preis'

describe('readCsv', () => {
  it('makes documents of header and rows where nothing else is said', async () => {
    const lines = await read('name,address.city\nAda,London\n"Müller, ""Max""",\n')

    assert.deepEqual(lines, [
      {
        document: {name: 'Ada', address: {city: 'London'}},
        number: 2,
        text: 'Ada,London',
        end: 29,
        header: 'name,address.city',
      },
      {document: {name: 'Müller, "Max"'}, number: 3, text: '"Müller, ""Max""",', end: 49, header: 'name,address.city'},
    ])
  })

  it('puts the lines of one order together, and reads numbers and dates as they are written in Germany', async () => {
    const rows = [
      'A-1;1;Köln;26.11.2026 08:05;01.12.2026;TG11;1.000;1.234,50',
      'A-1;1;Köln;26.11.2026 08:05;01.12.2026;TG12;2;0,99',
      'A-2;1;;26.07.2026 08:05;;TG11;3;7',
    ]

    const lines = await read([header, ...rows].join('\r\n'), german)

    assert.deepEqual(
      lines.map((line) => [line.number, 'document' in line && line.document]),
      [
        [
          2,
          {
            orderId: 'A-1',
            revision: 1,
            address: {city: 'Köln'},
            orderedAt: '2026-11-26T08:05:00+01:00',
            requestedDelivery: '2026-12-01',
            items: [
              {sku: 'TG11', quantity: 1000, netPrice: '1234.50'},
              {sku: 'TG12', quantity: 2, netPrice: '0.99'},
            ],
          },
        ],
        [
          4,
          {
            orderId: 'A-2',
            revision: 1,
            orderedAt: '2026-07-26T08:05:00+02:00',
            items: [{sku: 'TG11', quantity: 3, netPrice: '7'}],
          },
        ],
      ],
    )
  })

  it('names the field that cannot be read, and goes on', async () => {
    const rows = [
      'A-1;eins;;;;TG11;1;1,00',
      'A-2;1;;31.02.2026 10:00;;TG11;1;1,00',
      'A-3;1;;;;TG11;1;1.00',
      'A-4;1;Köln;;;TG11;1;1,00',
      'A-4;1;Bonn;;;TG12;1;1,00',
      'A-5;1;;;;TG11;1;1,00;zu viel',
      'A-6;1;;;;TG11;1;1,00',
      'A-7;1;;;;TG11;1;1,00',
    ]

    const lines = await read([header, ...rows].join('\n'), german)

    assert.deepEqual(
      lines.map((line) => ('problem' in line ? [line.number, line.field, line.problem] : line.number)),
      [
        [2, '/revision', 'is no whole number'],
        [3, '/orderedAt', 'is no time written dd.MM.yyyy HH:mm'],
        [4, '/items/0/netPrice', 'is no number with "," for its decimals'],
        [5, undefined, 'may lack line 7, which cannot be read'],
        [7, undefined, 'has 9 columns, and the header has 8'],
        [8, undefined, 'may lack line 7, which cannot be read'],
        9,
      ],
    )
  })

  it('names a field in which the lines of one document differ', async () => {
    const lines = await read([header, 'A-4;1;Köln;;;TG11;1;1,00', 'A-4;1;Bonn;;;TG12;1;1,00'].join('\n'), german)

    assert.deepEqual(
      lines.map((line) => 'problem' in line && [line.field, line.problem]),
      [['/address/city', 'differs between lines of one document']],
    )
  })

  it('accepts no half of a document whose other half cannot be read', async () => {
    const rows = ['A-1;1;;;;TG11;1;1,00', 'A-1;1;;;;TG12', 'A-1;1;;;;TG13;1;1,00', 'A-2;1;;;;TG11;1;1,00']

    const lines = await read([header, ...rows].join('\n'), german)

    assert.deepEqual(
      lines.map((line) => [line.number, 'document' in line]),
      [
        [2, false],
        [3, false],
        [4, false],
        [5, true],
      ],
    )
  })

  it('gives up one line where a quotation mark makes too few columns of many', async () => {
    const lines = await read('name,note\nN1,"open\nN2,good\nN3,good\nN4,",more\nN5,good\n')

    assert.deepEqual(
      lines.map((line) => ('problem' in line ? line.number : line.document)),
      [2, {name: 'N2', note: 'good'}, {name: 'N3', note: 'good'}, 5, {name: 'N5', note: 'good'}],
    )
  })

  it('keeps line breaks inside quotation marks', async () => {
    const lines = await read('name,note\nAda,"one\ntwo"\nBob,three\n')

    assert.deepEqual(
      lines.map((line) => [line.number, 'document' in line && line.document]),
      [
        [2, {name: 'Ada', note: 'one\ntwo'}],
        [4, {name: 'Bob', note: 'three'}],
      ],
    )
  })

  it('loses no good line to a stray quotation mark', async () => {
    const rows = Array.from({length: 50}, (_, index) => `N${index},good`)
    rows[10] = 'N10,"never closed'
    rows[30] = 'N30,5" wide'

    const lines = await read(['name,note', ...rows].join('\n'))

    assert.equal(lines.length, 50)
    assert.deepEqual(
      lines.flatMap((line) => ('problem' in line ? [line.number] : [])),
      [12, 32],
    )
  })

  it('goes on behind any document as if it had read them all', async () => {
    const text = `${header}\nA-1;1;;;;TG11;1;1,00\nA-1;1;;;;TG12;1;1,00\nkaputt\nA-2;1;;;;TG11;1;1,00\n`
    const all = await read(text, german)

    for (const [index, from] of all.entries()) assert.deepEqual(await read(text, german, from), all.slice(index + 1))
  })

  it('says what the header lacks', async () => {
    await assert.rejects(read('Auftrag;Menge\nA-1;1\n', german), /the header has no "Revision"; it has Auftrag, Menge/)
  })
})

async function read(text: string, settings = csvInput.parse({}), from?: Line): Promise<readonly Line[]> {
  const lines: Line[] = []
  const bytes = async function* () {
    // Cut anywhere, as chunks of a file are.
    for (let at = 0; at < Buffer.byteLength(text); at += 7) yield Buffer.from(text).subarray(at, at + 7)
  }
  for await (const line of readCsv(bytes(), settings, from)) lines.push(line)
  return lines
}
