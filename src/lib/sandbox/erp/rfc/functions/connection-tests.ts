import {setTimeout} from 'node:timers/promises'
import {char, date, plain, raw, structure, type StructureType, time} from '#lib/sandbox/erp/rfc/field-type.js'
import {exporting, type FunctionModule, importing, tables} from '#lib/sandbox/erp/rfc/function-module.js'
import {clientNumber, hostName, systemId} from '#lib/sandbox/erp/rfc/logon.js'
import {linesIn, numberIn, structureIn, textIn} from '#lib/sandbox/erp/rfc/read-values.js'
import {dump} from '#lib/sandbox/erp/rfc/rfc-error.js'

const rfctest: StructureType = {
  name: 'RFCTEST',
  fields: [
    plain('RFCFLOAT', 'FLOAT'),
    char('RFCCHAR1', 1),
    plain('RFCINT2', 'INT2'),
    plain('RFCINT1', 'INT1'),
    char('RFCCHAR4', 4),
    plain('RFCINT4', 'INT'),
    raw('RFCHEX3', 3),
    char('RFCCHAR2', 2),
    time('RFCTIME'),
    date('RFCDATE'),
    char('RFCDATA1', 50),
    char('RFCDATA2', 50),
  ],
}

const rfcsi: StructureType = {
  name: 'RFCSI',
  fields: [
    char('RFCPROTO', 3),
    char('RFCCHARTYP', 4),
    char('RFCINTTYP', 3),
    char('RFCFLOTYP', 3),
    char('RFCDEST', 32),
    char('RFCHOST', 8),
    char('RFCSYSID', 8),
    char('RFCDATABS', 8),
    char('RFCDBHOST', 32),
    char('RFCDBSYS', 10),
    char('RFCSAPRL', 4),
    char('RFCMACH', 5),
    char('RFCOPSYS', 10),
    char('RFCTZONE', 6),
    char('RFCDAYST', 1),
    char('RFCIPADDR', 15),
    char('RFCKERNRL', 4),
    char('RFCHOST2', 32),
    char('RFCSI_RESV', 12),
    char('RFCIPV6ADDR', 45),
  ],
}

const systemInformation = {
  RFCPROTO: '011',
  RFCCHARTYP: '4103',
  RFCINTTYP: 'LIT',
  RFCFLOTYP: 'IE3',
  RFCDEST: `${hostName}_${systemId}_00`,
  RFCHOST: hostName,
  RFCSYSID: systemId,
  RFCDATABS: systemId,
  RFCDBHOST: hostName,
  RFCDBSYS: 'HDB',
  RFCSAPRL: '757',
  RFCMACH: '390',
  RFCOPSYS: 'Linux',
  RFCTZONE: '0',
  RFCIPADDR: '127.0.0.1',
  RFCKERNRL: '793',
  RFCHOST2: hostName,
  RFCIPV6ADDR: '127.0.0.1',
}

const greeting = `SAP R/3 Rel. 757   Sysid: ${systemId}      Client: ${clientNumber}`

/** SAP's own functions to try a connection with. */
export const connectionTests: readonly FunctionModule[] = [
  {name: 'RFC_PING', parameters: [], run: () => ({})},
  {
    name: 'RFC_PING_AND_WAIT',
    parameters: [importing(plain('SECONDS', 'INT'))],
    run: async ({given, stopping}) => {
      await setTimeout(Math.max(0, numberIn(given, 'SECONDS')) * 1000, undefined, {signal: stopping})
      return {}
    },
  },
  {
    name: 'RFC_SYSTEM_INFO',
    parameters: [exporting(structure('RFCSI_EXPORT', rfcsi))],
    run: () => ({RFCSI_EXPORT: systemInformation}),
  },
  {
    name: 'STFC_CONNECTION',
    parameters: [importing(char('REQUTEXT', 255)), exporting(char('ECHOTEXT', 255)), exporting(char('RESPTEXT', 255))],
    run: ({given, caller}) => ({
      ECHOTEXT: textIn(given, 'REQUTEXT'),
      RESPTEXT: `${greeting}      User: ${caller.user}`,
    }),
  },
  {
    name: 'STFC_STRUCTURE',
    parameters: [
      importing(structure('IMPORTSTRUCT', rfctest)),
      exporting(structure('ECHOSTRUCT', rfctest)),
      exporting(char('RESPTEXT', 255)),
      tables('RFCTABLE', rfctest),
    ],
    run: ({given}) => {
      const echo = structureIn(given, 'IMPORTSTRUCT')
      const one = {
        ...echo,
        RFCFLOAT: numberIn(echo, 'RFCFLOAT') + 1,
        RFCINT1: (numberIn(echo, 'RFCINT1') + 1) % 256,
        RFCINT2: numberIn(echo, 'RFCINT2') + 1,
        RFCINT4: numberIn(echo, 'RFCINT4') + 1,
      }
      return {ECHOSTRUCT: echo, RESPTEXT: greeting, RFCTABLE: [...linesIn(given, 'RFCTABLE'), one]}
    },
  },
  {
    name: 'STFC_SAPGUI',
    parameters: [],
    run: () => {
      throw dump('DYNPRO_SEND_IN_BACKGROUND', 'Screen output without connection to user.')
    },
  },
]
