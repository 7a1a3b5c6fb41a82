import {type AddonClient, type AddonError, type Case, rejection, type Surroundings} from '../../../support/addon.js'
import {eventually} from '../../../support/eventually.js'
import {rfcOrder} from '../../../support/rfc-order.js'

const reference = 'PO-4711'

export const cases = {
  commit: async ({load, logon, admin}) => {
    const {Client} = load()
    const [client, other] = await Promise.all([new Client(logon).open(), new Client(logon).open()])
    const {SALESDOCUMENT, RETURN} = await register(client)
    const before = await orderIn(other)
    await commit(client)
    const behind = await orderIn(other)
    const {creates, documents} = await admin.effectOf(reference)
    return {
      types: RETURN.map(({TYPE}: {readonly TYPE: string}) => TYPE),
      before,
      hasItsNumberBehind: behind === SALESDOCUMENT,
      creates,
      documents: documents.length,
    }
  },

  refusal: async ({open, admin}) => {
    const client = await open()
    const {SALESDOCUMENT, RETURN} = await client.call(
      'BAPI_SALESORDER_CREATEFROMDAT2',
      rfcOrder(reference, {ORDER_ITEMS_IN: [{ITM_NUMBER: '000010', MATERIAL: 'NOPE', TARGET_QTY: '1'}]}),
    )
    await commit(client)
    const errors = RETURN.filter(({TYPE}: {readonly TYPE: string}) => TYPE === 'E')
    return {
      SALESDOCUMENT,
      firstError: `${errors[0].ID}/${errors[0].NUMBER}`,
      creates: (await admin.effectOf(reference)).creates,
    }
  },

  exceptionBetween: async (surroundings) => commitBehind(surroundings, {METHOD: '1'}),

  messageBetween: async (surroundings) => commitBehind(surroundings, {METHOD: '0'}),

  dumpBetween: async (surroundings) => commitBehind(surroundings, {METHOD: '3'}),

  reset: async ({open, admin}) => {
    const client = await open()
    await register(client)
    await client.resetServerContext()
    await commit(client)
    return {creates: (await admin.effectOf(reference)).creates}
  },

  stateless: async ({open, admin}) => {
    const client = await open({stateless: true})
    await register(client)
    await commit(client)
    return {creates: (await admin.effectOf(reference)).creates}
  },

  brokenBeforeCommit: async (surroundings) => brokenCommit(surroundings, 'drop-before-commit'),

  brokenBehindCommit: async (surroundings) => brokenCommit(surroundings, 'drop-after-commit'),

  maskedBeforeCommit: async (surroundings) => maskedCommit(surroundings, 'drop-before-commit'),

  maskedBehindCommit: async (surroundings) => maskedCommit(surroundings, 'drop-after-commit'),

  canceledCommit: async ({open, admin}) => {
    const client = await open()
    // So that the time-out is spent on the COMMIT, not on its description.
    await commit(client)
    await register(client)
    await admin.addFault({kind: 'latency', ms: 1500, path: 'COMMIT'})
    const {group, code, message} = await rejection(commit(client, {timeout: 1}))
    const creates = await eventually(async () => (await admin.effectOf(reference)).creates)
    return {group, code, message, creates}
  },
} satisfies Record<string, Case>

async function register(client: AddonClient) {
  return client.call('BAPI_SALESORDER_CREATEFROMDAT2', rfcOrder(reference))
}

async function commit(client: AddonClient, options = {}) {
  return client.call('BAPI_TRANSACTION_COMMIT', {WAIT: 'X'}, options)
}

async function orderIn(client: AddonClient): Promise<string | undefined> {
  const {DATA} = await client.call('RFC_READ_TABLE', {
    QUERY_TABLE: 'VBAK',
    FIELDS: [{FIELDNAME: 'VBELN'}],
    OPTIONS: [{TEXT: `BSTNK EQ '${reference}'`}],
  })
  return DATA[0]?.WA
}

/** Registers an order, has the function for errors fail, and commits. */
async function commitBehind({open, admin}: Surroundings, failure: object) {
  const client = await open()
  await register(client)
  await rejection(client.call('RFC_RAISE_ERROR', failure))
  const {alive} = client
  const {RETURN} = await commit(client)
  return {alive, committed: RETURN.TYPE, creates: (await admin.effectOf(reference)).creates}
}

type Break = 'drop-before-commit' | 'drop-after-commit'

async function brokenCommit({open, admin}: Surroundings, kind: Break) {
  const client = await open()
  await register(client)
  await admin.addFault({kind})
  return outcomeOf(await rejection(commit(client)), client, admin)
}

/** The addon opens a new session after the break; what refuses that one hides the break. */
async function maskedCommit({open, admin}: Surroundings, kind: Break) {
  const client = await open()
  await register(client)
  await admin.addFault({kind})
  await admin.addFault({kind: 'logon-refused'})
  return outcomeOf(await rejection(commit(client)), client, admin)
}

async function outcomeOf({group, code}: AddonError, {alive}: AddonClient, admin: Surroundings['admin']) {
  return {group, code, alive, creates: (await admin.effectOf(reference)).creates}
}
