import {erp} from './erp.js'
import {postgres} from './postgres.js'
import {rabbitmq} from './rabbitmq.js'
import type {LocalService, ServiceName} from './service.js'

/** How each service is run as processes of this machine. */
export const localServices: Readonly<Record<ServiceName, LocalService>> = {postgres, rabbitmq, erp}
