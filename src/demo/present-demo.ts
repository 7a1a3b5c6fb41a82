import {type Column, renderTable} from '#lib/output/table.js'
import type {DemoLetter} from './answers.js'
import type {Face, FaceName} from './face.js'
import {demoPrefix, demoTimes} from './derive-config.js'
import type {DemoPlace} from './place.js'
import type {DemoResult} from './run-demo.js'
import type {Figures} from './take-account.js'

/** What the demo's configuration does differently, and where it is. */
export function presentTimes({example}: Face, {config}: DemoPlace): string {
  const {timeout, settle, delays, attempts} = demoTimes
  return [
    `The configuration is examples/${example} with short times (${config}):`,
    `  a call ends after ${timeout}, a look-up counts after ${settle}, retries come after ${delays.join(', ')}, ${attempts} at most;`,
    `  exchanges and queues begin with ${demoPrefix}.`,
  ].join('\n')
}

/** How often each kind of fault struck. */
export function presentFaults(faults: DemoResult['faults']): string {
  const rows = Object.entries(faults).map(([kind, count]) => [kind, String(count)])
  return renderTable(['FAULT', right('STRUCK')], rows)
}

/** Dead letters by flow and reason, with the text of one of each. */
export function presentReasons(letters: readonly DemoLetter[]): string {
  if (letters.length === 0) return 'No dead letters.'
  const groups = new Map<string, {readonly first: DemoLetter; readonly count: number}>()
  for (const letter of letters) {
    const group = `${letter.flow} ${letter.code}`
    const {first, count} = groups.get(group) ?? {first: letter, count: 0}
    groups.set(group, {first, count: count + 1})
  }
  const rows = [...groups.values()].map(({first: {flow, code, text}, count}) => [flow, code, String(count), text])
  return renderTable(['FLOW', 'REASON', right('DEAD LETTERS'), 'FOR EXAMPLE'], rows)
}

/** The account: a line a figure, a column a flow. */
export function presentAccount({flows, replayed, resolved, faults, seconds, ...total}: DemoResult): string {
  const columns = [...Object.entries(flows), ['all', total] as const]
  const table = renderTable(
    ['', ...columns.map(([name]) => right(name))],
    figureNames.map(([name, title]) => [title, ...columns.map(([, figures]) => String(figures[name]))]),
  )
  const struck = Object.values(faults).reduce((sum, count) => sum + count, 0)
  return [
    table,
    '',
    presentFaults(faults),
    '',
    `Dead letters: ${replayed} sent again, ${resolved} resolved by that. Faults: ${struck}. Time: ${seconds} s.`,
    ...(total.complaints.length === 0 ? ['It adds up: nothing lost, nothing booked twice.'] : []),
  ].join('\n')
}

/** What does not add up, and where to look. */
export function presentComplaints({complaints, folder}: DemoResult): string {
  return [
    'It does not add up:',
    ...complaints.map((complaint) => `  ${complaint}`),
    `The worker's log and the configuration are in ${folder}; with --keep the sandbox stays for a look.`,
  ].join('\n')
}

/** What to type to look around in a sandbox that was kept. */
export function presentGoingOn({sandbox, config}: DemoPlace, erp: FaceName): string {
  return [
    'The sandbox still runs. To use it in this shell, type:',
    `  set -a; . ${sandbox}/sandbox.env; set +a; export ERPSYNC_CONFIG=${config}`,
    // Whatever host the configuration names, the stand-in for SAP's library calls that address.
    ...(erp === 'rfc' ? ['  export ERPSYNC_ERP_RFC_HOST=127.0.0.1 RFCSIM_ADDR=$ERPSYNC_ERP_RFC_ADDRESS'] : []),
    'and then, for example:',
    '  erpsync dlq list',
    '  erpsync message show --key WEB-2026-100964',
    '  erpsync queue list',
    `At the end: erpsync sandbox down --dir ${sandbox}`,
  ].join('\n')
}

function right(title: string): Column {
  return {title, align: 'right'}
}

const figureNames: readonly (readonly [keyof Figures, string])[] = [
  ['read', 'read'],
  ['refused', 'refused at the door'],
  ['duplicate', 'duplicate'],
  ['accepted', 'accepted'],
  ['synced', 'synced'],
  ['superseded', 'superseded'],
  ['discarded', 'discarded'],
  ['dead', 'dead'],
  ['lost', 'lost'],
  ['bookedTwice', 'booked twice'],
]
