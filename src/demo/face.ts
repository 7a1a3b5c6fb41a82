import {join} from 'node:path'
import type {ScheduleInput} from '#lib/sandbox/erp/faults/fault.js'
import {odataFaults, rfcFaults} from './faults.js'
import {type DemoPlace, examplesFolder} from './place.js'

/** How the demo's messages get to the sandbox ERP. */
export const faceNames = ['odata', 'rfc'] as const

export type FaceName = (typeof faceNames)[number]

/** What of the story depends on that. */
export interface Face {
  /** The example's configuration, by its name in the folder of the examples. */
  readonly example: string
  /** What is pushed into which flow, in this order. */
  readonly filesOf: (place: DemoPlace) => Readonly<Record<string, string>>
  readonly faults: ScheduleInput
}

export const faces: Readonly<Record<FaceName, Face>> = {
  odata: {
    example: 'erpsync.yaml',
    filesOf: ({orders}) => ({
      'business-partner': join(examplesFolder, 'data/business-partners.ndjson'),
      'sales-order': orders,
    }),
    faults: odataFaults,
  },
  rfc: {
    example: 'erpsync-rfc.yaml',
    filesOf: ({orders}) => ({
      customer: join(examplesFolder, 'data/business-partners.ndjson'),
      'own-order': join(examplesFolder, 'data/orders-small.ndjson'),
      'sales-order': orders,
    }),
    faults: rfcFaults,
  },
}
