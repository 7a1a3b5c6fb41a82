import {rmSync} from 'node:fs'
import {replySchema, type Reply, type Request, requestSchema} from '#lib/erp/rfc/protocol.js'
import {loadAddon} from './addon.js'
import {RfcServant} from './servant.js'

/** The process that holds SAP's library. Whoever started it decides when it ends, and with him it ends. */
function main(): void {
  // systemd and Ctrl-C signal the whole group; calls under way are finished, or ended by the parent.
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => {})
  let folder: string | null = null
  let servant: RfcServant | undefined
  process.on('disconnect', () => leave(folder))
  process.on('message', (message) => {
    const request = requestSchema.parse(message)
    switch (request.kind) {
      case 'start':
        folder = request.folder
        servant = start(request)
        return
      case 'end':
        void (servant?.close() ?? Promise.resolve()).then(() => leave(folder))
        return
      case 'lease':
      case 'call':
      case 'cancel':
      case 'release':
        servant?.serve(request)
    }
  })
}

function start({module, connection, max}: Request & {readonly kind: 'start'}): RfcServant | undefined {
  const addon = loadAddon(module, connection)
  if ('obstacle' in addon) {
    reply({kind: 'unusable', obstacle: addon.obstacle})
    return undefined
  }
  reply({kind: 'ready'})
  return new RfcServant(addon, max, reply)
}

function reply(message: Reply): void {
  // The parent may be gone by now; then so are we, as soon as that is noticed.
  if (process.connected) process.send?.(replySchema.parse(message), () => {})
}

/** An ordinary exit would wait for the calls under way. */
function leave(folder: string | null): void {
  try {
    if (folder !== null) rmSync(folder, {recursive: true, force: true})
  } finally {
    process.kill(process.pid, 'SIGKILL')
  }
}

main()
