import {allFlows, type Config} from '#lib/config/load.js'
import {delaysOf} from '#lib/config/retry-policy.js'
import {wantedTopology, type Topology} from './wanted.js'

/** The topology that a configuration file asks for. */
export function configuredTopology(config: Config): Topology {
  return wantedTopology({
    prefix: config.rabbitmq.prefix,
    flows: allFlows(config).map(({name, retry}) => ({name, delaysMs: delaysOf(retry)})),
  })
}
