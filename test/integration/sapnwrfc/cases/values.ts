import {type Case, rejection} from '../../../support/addon.js'

export const row = {
  RFCFLOAT: 1.23456789,
  RFCCHAR1: 'A',
  RFCINT2: 2,
  RFCINT1: 1,
  RFCCHAR4: 'DEFG',
  RFCINT4: 345,
  RFCHEX3: Buffer.from([1, 2, 3]),
  RFCCHAR2: 'BC',
  RFCTIME: '121120',
  RFCDATE: '20140101',
  RFCDATA1: '1DATA1',
  RFCDATA2: 'DATA222',
}

export const everyType = {
  C: 'abc',
  N: '42',
  D: '20250131',
  T: '235959',
  S: `${'x'.repeat(70_000)}✓`,
  X: Buffer.from('c0ffee', 'hex'),
  XS: Buffer.from('deadbeef01', 'hex'),
  P: '-1234567.895',
  D16: '1.5e3',
  D34: '12345678901234567890.12',
  F: 0.1,
  I: -5,
  I1: 200,
  I2: -32_768,
  I8: 123_456,
  U: '2025-01-31T10:20:30.1234567',
  SUB: {PARTN_ROLE: 'AG', PARTN_NUMB: '1'},
  ROWS: [
    {PARTN_ROLE: 'WE', PARTN_NUMB: '2'},
    {PARTN_ROLE: 'RE', PARTN_NUMB: '3'},
  ],
}

export const cases = {
  everyType: async ({open}) => {
    const client = await open()
    const {ES, CT_LINES} = await client.call('Z_SIM_ECHO', {IS: everyType, CT_LINES: ['one', 'zwei']})
    return {ES, CT_LINES}
  },

  initialValues: async ({open}) => {
    const client = await open()
    const {ES, CT_LINES} = await client.call('Z_SIM_ECHO', {})
    return {ES, CT_LINES}
  },

  structureAndTable: async ({open}) => {
    const client = await open()
    const {ECHOSTRUCT, RFCTABLE} = await client.call('STFC_STRUCTURE', {IMPORTSTRUCT: row, RFCTABLE: [row]})
    return {ECHOSTRUCT, RFCTABLE}
  },

  characters: async ({open}) => {
    const client = await open()
    const echo = async (text: string) => (await client.call('STFC_CONNECTION', {REQUTEXT: text})).ECHOTEXT
    return {
      kept: await echo('ünïcode 漢字 😀 "quoted" \\ \t'.trim()),
      loneSurrogate: await echo('a\ud83db'),
      behindNul: await echo('before\0behind'),
      trailingBlanks: await echo('  text \n\n'),
      tooLong: (await echo('x'.repeat(300))).length,
    }
  },

  trailingBlanksOfAString: async ({open}) => {
    const client = await open()
    return (await client.call('Z_SIM_ECHO', {IS: {S: '  text \n\n'}})).ES.S
  },

  int8: async ({open}) => {
    const client = await open()
    return (await client.call('Z_SIM_ECHO', {IS: {I8: 5_000_000_000}})).ES.I8
  },

  dates: async ({open}) => {
    const client = await open()
    const echo = async (date: string) => (await client.call('Z_SIM_ECHO', {IS: {D: date}})).ES.D
    return {short: await echo('2025'), noDate: await echo('20251399'), notRead: await echo('2025-01-31')}
  },

  leadingZeros: async ({open}) => {
    const client = await open()
    const find = async (customer: string) =>
      (await client.call('BAPI_CUSTOMER_GETDETAIL2', {CUSTOMERNO: customer})).RETURN
    const {TYPE, ID, NUMBER} = await find('100001')
    return {without: {TYPE, ID, NUMBER}, with: (await find('0000100001')).TYPE}
  },

  notRequested: async ({open}) => {
    const client = await open()
    const {ECHOSTRUCT, RFCTABLE} = await client.call(
      'STFC_STRUCTURE',
      {IMPORTSTRUCT: row},
      {notRequested: ['ECHOSTRUCT']},
    )
    return {character: ECHOSTRUCT.RFCCHAR1, rows: RFCTABLE.length}
  },

  unknownField: async ({open}) => {
    const client = await open()
    return rejection(client.call('STFC_STRUCTURE', {RFCTABLE: [row, {NOPE: 1}]}))
  },

  unknownParameter: async ({open}) => {
    const client = await open()
    return rejection(client.call('STFC_CONNECTION', {NOPE: 1}))
  },

  badNumbers: async ({open}) => {
    const client = await open()
    const refusal = async (fields: object) => {
      const {name, group, code, message} = await rejection(client.call('Z_SIM_ECHO', {IS: fields}))
      return {name, group, code, message}
    }
    return {
      literal: await refusal({P: '12x'}),
      tooLarge: await refusal({P: '12345678'}),
      fraction: await refusal({I: 1.5}),
      byte: await refusal({I1: 256}),
      text: await refusal({I: '1'}),
      digits: await refusal({N: '12a'}),
    }
  },

  manyRows: async ({load, logon}) => {
    const {Client, Throughput} = load()
    const client = await new Client(logon).open()
    const throughput = new Throughput()
    throughput.setOnConnection(client)
    const {DATA} = await client.call('Z_SIM_TABLE', {ROWS: 20_000})
    const {numberOfCalls, receivedBytes = 0} = throughput.status
    return {count: DATA.length, last: DATA.at(-1), numberOfCalls, hasCounted: receivedBytes > 2_000_000}
  },
} satisfies Record<string, Case>
