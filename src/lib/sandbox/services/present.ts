import {renderTable} from '#lib/output/table.js'
import {serviceTitles} from './service.js'
import type {SandboxStatus} from './status.js'

/** A sandbox for people: one line a service, its main address with the password masked. */
export function presentSandbox({services}: SandboxStatus): string {
  return renderTable(
    ['SERVICE', 'STATE', 'ADDRESS', 'FROM', 'PID'],
    services.map(({service, state, addresses, from, pids}) => [
      serviceTitles[service],
      state,
      Object.values(addresses)[0] ?? '',
      from,
      pids.at(-1)?.toString() ?? '',
    ]),
  )
}
