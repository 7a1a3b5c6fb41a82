import type {Version} from './model.js'
import type {Protocol} from './protocol.js'
import {protocolV2} from './protocol-v2.js'
import {protocolV4} from './protocol-v4.js'

/** The protocol of each version. */
export const protocols: Readonly<Record<Version, Protocol>> = {v2: protocolV2, v4: protocolV4}
