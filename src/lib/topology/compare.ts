import {diffTopology, type Difference} from './diff.js'
import {inspectTopology, type BrokerAddress} from './inspect.js'
import type {Topology} from './wanted.js'

/** How the topology in RabbitMQ differs from the wanted one. */
export interface ComparisonResult {
  /** `existence`: arguments, bindings and extra objects were not looked at. */
  readonly compared: 'everything' | 'existence'
  /** Why not everything was compared. */
  readonly reason?: string
  readonly differences: readonly Difference[]
}

/** Compares what stands in RabbitMQ with the wanted topology, as far as RabbitMQ lets itself be asked. */
export async function compareTopology(address: BrokerAddress, topology: Topology): Promise<ComparisonResult> {
  const live = await inspectTopology(address, topology)
  const differences = diffTopology(topology, live)
  switch (live.kind) {
    case 'full':
      return {compared: 'everything', differences}
    case 'existence':
      return {compared: 'existence', reason: live.reason, differences}
  }
}
