import {connect} from 'node:net'
import {openDatabase} from '#lib/db/database.js'
import {rfcAnswers} from '#lib/sandbox/erp/rfc/rfc-answers.js'
import type {Addresses, ServiceName} from './service.js'

/** Whether the service at these addresses does what it is there for, right now. */
export async function isAnswering(service: ServiceName, addresses: Addresses): Promise<boolean> {
  switch (service) {
    case 'postgres':
      return postgresAnswers(addresses.ERPSYNC_POSTGRES_URL ?? '')
    case 'rabbitmq':
      return rabbitmqAnswers(addresses)
    case 'erp':
      return erpAnswers(addresses)
  }
}

async function postgresAnswers(url: string): Promise<boolean> {
  const database = openDatabase(url, {max: 1, applicationName: 'erpsync sandbox'})
  try {
    await database.query('select 1')
    return true
  } catch {
    return false
  } finally {
    await database.close()
  }
}

async function rabbitmqAnswers(addresses: Addresses): Promise<boolean> {
  const {ERPSYNC_RABBITMQ_URL = '', ERPSYNC_RABBITMQ_MANAGEMENT_URL, ERPSYNC_RABBITMQ_PROMETHEUS_URL} = addresses
  const answers = await Promise.all([
    amqpAnswers(ERPSYNC_RABBITMQ_URL),
    ERPSYNC_RABBITMQ_MANAGEMENT_URL === undefined || httpAnswers(ERPSYNC_RABBITMQ_MANAGEMENT_URL, '/api/overview'),
    ERPSYNC_RABBITMQ_PROMETHEUS_URL === undefined || httpAnswers(ERPSYNC_RABBITMQ_PROMETHEUS_URL, '/metrics'),
  ])
  return answers.every(Boolean)
}

/** A broker greets whoever says which protocol he speaks; over TLS, being let in is taken for a greeting. */
async function amqpAnswers(url: string): Promise<boolean> {
  if (!URL.canParse(url)) return false
  const {protocol, hostname, port} = new URL(url)
  const isTls = protocol === 'amqps:'
  return new Promise((resolve) => {
    const socket = connect({host: hostname, port: Number(port === '' ? (isTls ? 5671 : 5672) : port)})
    const end = (answered: boolean) => {
      socket.destroy()
      resolve(answered)
    }
    socket.setTimeout(probeMs, () => end(false))
    socket.once('error', () => end(false))
    socket.once('close', () => end(false))
    socket.once('connect', () => (isTls ? end(true) : socket.write(amqpHeader)))
    socket.once('data', (greeting) => end(greeting[0] === methodFrame))
  })
}

async function erpAnswers(addresses: Addresses): Promise<boolean> {
  const {ERPSYNC_ERP_URL = '', ERPSYNC_ERP_USER = '', ERPSYNC_ERP_PASSWORD = '', ERPSYNC_ERP_RFC_ADDRESS} = addresses
  if (!URL.canParse(ERPSYNC_ERP_URL)) return false
  const url = new URL(ERPSYNC_ERP_URL)
  url.username = ERPSYNC_ERP_USER
  url.password = ERPSYNC_ERP_PASSWORD
  const answers = await Promise.all([
    httpAnswers(url.toString(), '/__sandbox/stats'),
    ERPSYNC_ERP_RFC_ADDRESS === undefined ||
      rfcAnswers(ERPSYNC_ERP_RFC_ADDRESS, {user: ERPSYNC_ERP_USER, password: ERPSYNC_ERP_PASSWORD}),
  ])
  return answers.every(Boolean)
}

async function httpAnswers(root: string, path: string): Promise<boolean> {
  if (!URL.canParse(root)) return false
  const url = new URL(root)
  const credentials = `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`
  const authorization = `Basic ${Buffer.from(credentials).toString('base64')}`
  try {
    const response = await fetch(new URL(path, url.origin), {
      headers: url.username === '' ? {} : {authorization},
      signal: AbortSignal.timeout(probeMs),
    })
    await response.arrayBuffer()
    return response.ok
  } catch {
    return false
  }
}

const amqpHeader = Buffer.from([0x41, 0x4d, 0x51, 0x50, 0, 0, 9, 1])
const methodFrame = 1
const probeMs = 3000
