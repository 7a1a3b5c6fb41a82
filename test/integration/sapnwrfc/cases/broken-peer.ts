import {once} from 'node:events'
import {createServer} from 'node:net'
import {createInterface} from 'node:readline'
import {type Addon, type Case, rejection} from '../../../support/addon.js'

export const cases = {
  logons: async ({load}) =>
    breakEach('open', load, brokenLogons, async ({Client}) => {
      await new Client(logon).open()
    }),

  descriptions: async ({load}) =>
    breakEach('describe', load, brokenDescriptions, async ({Client}, index) => {
      const client = await new Client(logon).open()
      await client.call(`Z_BROKEN_${index}`, {})
    }),

  answers: async ({load}) =>
    breakEach('invoke', load, brokenAnswers, async ({Client}) => {
      const client = await new Client(logon).open()
      await client.call('Z_GOOD', {})
    }),

  /** What comes unasked must not be taken for the answer to the next call. */
  unaskedAnswer: async ({load}) => {
    const answer = (text: string) => JSON.stringify({params: {TEXT: text}})
    const answers = [`${answer('first')}\n${answer('unasked')}`, answer('second')]
    await servePeer((request) => rightly(request, () => answers.shift() ?? '{}'))
    const {Client} = load()
    const client = await new Client(logon).open()
    const {TEXT} = await client.call('Z_GOOD', {})
    const {group, code} = await rejection(client.call('Z_GOOD', {}))
    const again = await client.call('Z_GOOD', {})
    return {TEXT, group, code, again: again.TEXT}
  },
} satisfies Record<string, Case>

const logon = {ashost: '127.0.0.1', sysnr: '00', client: '100', user: 'ERPSYNC', passwd: 'secret'}

const noObjects = [
  '',
  'nonsense',
  '{',
  '{"params":',
  '[]',
  '"text"',
  'null',
  '0',
  '\0',
  '[['.repeat(500),
  '{"a":"\\ud83"}',
]

const brokenLogons = ['{"error":{}}', '{"error":[]}', '{"error":{"code":-1,"group":99}}', '{"error":{"code":"x"}}']

const parameter = (more: object) => JSON.stringify({params: [{name: 'TEXT', dir: 'EXPORT', ...more}]})

const brokenDescriptions = [
  '{"params":{}}',
  '{"params":[1,null]}',
  parameter({}),
  parameter({type: 'NONE'}),
  parameter({type: 'CHAR'}),
  parameter({type: 'CHAR', length: -1}),
  parameter({type: 'CHAR', length: 4_294_967_297}),
  parameter({type: 'BCD', length: 40}),
  parameter({type: 'TABLE', line: 'NONE'}),
  parameter({type: 'INT', name: 'X'.repeat(31)}),
  '{"params":[{"name":"T","type":"TABLE","line":"T"}],"types":{"T":[{"name":"T","type":"STRUCTURE","line":"T"}]}}',
]

const brokenAnswers = [
  '{}',
  '{"params":[]}',
  '{"params":{"NONE":1}}',
  '{"params":{"TEXT":{}}}',
  '{"params":{"TEXT":"longer than its ten characters"}}',
  '{"params":{"NUMBER":1e99}}',
  '{"params":{"NUMBER":"1"}}',
  '{"params":{"PACKED":"12x"}}',
  '{"params":{"RAW":"xyz"}}',
  '{"params":{"MOMENT":"now"}}',
  '{"params":{"LINES":{}}}',
  '{"params":{"LINES":[{"NONE":1}]}}',
]

const description = JSON.stringify({
  params: [
    {name: 'TEXT', dir: 'EXPORT', type: 'CHAR', length: 10},
    {name: 'NUMBER', dir: 'EXPORT', type: 'INT'},
    {name: 'PACKED', dir: 'EXPORT', type: 'BCD', length: 5, decimals: 2},
    {name: 'RAW', dir: 'EXPORT', type: 'BYTE', length: 4},
    {name: 'MOMENT', dir: 'EXPORT', type: 'UTCLONG'},
    {name: 'LINES', dir: 'TABLES', type: 'TABLE', line: 'LINE'},
  ],
  types: {LINE: [{name: 'TEXT', type: 'CHAR', length: 10}]},
})

interface Request {
  readonly op: string
  readonly function?: string
}

function rightly({op, function: name}: Request, answer: () => string): string {
  if (op === 'invoke') return answer()
  return op === 'describe' && name === 'Z_GOOD' ? description : '{"attributes":{"sysId":"BRK"}}'
}

/** Which codes lines end in that are no JSON object, and others; and whether a good call still works behind all of them. */
async function breakEach(
  op: string,
  load: () => Addon,
  lines: readonly string[],
  attempt: (addon: Addon, index: number) => Promise<void>,
) {
  const waiting: string[] = []
  await servePeer((request) => {
    const broken = request.op === op ? waiting.shift() : undefined
    return broken ?? rightly(request, () => '{"params":{"TEXT":"good"}}')
  })
  const addon = load()
  const codeOf = async (line: string, index: number) => {
    waiting.push(line)
    return (await rejection(attempt(addon, index))).code
  }
  const ofNoObjects = new Set<unknown>()
  const ofOthers = new Set<unknown>()
  for (const [index, line] of noObjects.entries()) ofNoObjects.add(await codeOf(line, index))
  for (const [index, line] of lines.entries()) ofOthers.add(await codeOf(line, noObjects.length + index))
  const client = await new addon.Client(logon).open()
  const {TEXT} = await client.call('Z_GOOD', {})
  return {ofNoObjects: [...ofNoObjects], ofOthers: [...ofOthers], behind: TEXT}
}

/** Listens in this process, and has the library dial it: it looks at the environment when it is loaded. */
async function servePeer(answer: (request: Request) => string): Promise<void> {
  const server = createServer((socket) => {
    socket.on('error', () => {})
    createInterface(socket)
      .on('line', (line) => socket.write(`${answer(JSON.parse(line))}\n`))
      .on('error', () => {})
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  process.env.RFCSIM_ADDR = `tcp:127.0.0.1:${address.port}`
}
