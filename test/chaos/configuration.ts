import type {RfcSdk} from '#lib/sandbox/rfc-sdk/prepare-stand-in.js'
import {type Addresses, callTimeoutMs, type FlowSet} from './flows.js'
import {odataDestinations, odataFlowSettings, odataMappings} from './odata-flows.js'
import {rfcDestinations, rfcFlowSettings, rfcMappings} from './rfc-flows.js'

/** Which flows, and what stands for SAP's library if some go by RFC. */
export type Cast =
  | {readonly flows: 'odata'; readonly sdk?: undefined}
  | {readonly flows: Exclude<FlowSet, 'odata'>; readonly sdk: RfcSdk}

/** The files of the configuration, by name: YAML is a superset of JSON. */
export function configurationFiles(addresses: Addresses, cast: Cast): Readonly<Record<string, string>> {
  return {
    'erpsync.yaml': JSON.stringify(configuration(addresses, cast), null, 2),
    'order.schema.json': JSON.stringify(orderSchema),
    'partner.schema.json': JSON.stringify(partnerSchema),
    ...odataMappings,
    ...rfcMappings,
  }
}

function configuration(addresses: Addresses, {flows, sdk}: Cast): unknown {
  const {postgresUrl, rabbitmqUrl, managementUrl} = addresses
  const care = {
    timeout: `${callTimeoutMs}ms`,
    limits: {concurrency: 16},
    // Opens now and then, and is soon closed again: a breaker that is open keeps the faults away.
    breaker: {failures: 10, within: '5s', probeEvery: '1s'},
  }
  return {
    postgres: {url: postgresUrl},
    rabbitmq: {urls: [rabbitmqUrl], managementUrl, prefix: 'chaos'},
    destinations: {
      ...(flows === 'rfc' ? {} : odataDestinations(addresses, care)),
      ...(sdk === undefined ? {} : rfcDestinations(addresses, sdk, care)),
    },
    flows: {
      ...(flows === 'rfc' ? {} : odataFlowSettings(common)),
      ...(sdk === undefined ? {} : rfcFlowSettings(common)),
    },
  }
}

const common = {
  version: 'revision',
  // Enough of them that no message dies of bad luck alone.
  retry: {delays: ['500ms', '1s', '3s'], attempts: 30, maxAge: '1h'},
}

const orderSchema = {
  type: 'object',
  additionalProperties: false,
  required: ['orderId', 'revision', 'customerId', 'items'],
  properties: {
    orderId: {type: 'string', pattern: '^[WCBZ][0-9]+$'},
    revision: {type: 'integer', minimum: 1},
    customerId: {type: 'string'},
    items: {
      type: 'array',
      minItems: 1,
      items: {
        type: 'object',
        additionalProperties: false,
        required: ['sku', 'quantity'],
        properties: {sku: {type: 'string'}, quantity: {type: 'integer', minimum: 1}},
      },
    },
  },
}

const partnerSchema = {
  type: 'object',
  additionalProperties: false,
  required: ['partnerId', 'revision', 'name'],
  properties: {
    partnerId: {type: 'string', pattern: '^[A-Z0-9_]+$', maxLength: 10},
    revision: {type: 'integer', minimum: 1},
    name: {type: 'string', maxLength: 40},
  },
}
