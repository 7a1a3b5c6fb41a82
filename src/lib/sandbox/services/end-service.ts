import {rm} from 'node:fs/promises'
import {isContainerRunning, removeContainer, stopContainer} from './docker.js'
import {localServices} from './local-services.js'
import {isAlive} from './process-identity.js'
import {stopProcess} from './processes.js'
import type {ServiceName} from './service.js'
import type {ServiceState} from './state.js'

interface Ending {
  readonly signal: AbortSignal
  /** Ends it as a power cut would, to see what becomes of those who use it. */
  readonly crash?: boolean
}

/** Stops what we have started and keeps its data. */
export async function endService(
  name: ServiceName,
  service: ServiceState,
  {signal, crash = false}: Ending,
): Promise<void> {
  switch (service.kind) {
    case 'given':
      return
    case 'local': {
      const {stopSignal, crashSignal} = localServices[name]
      // The service before its helpers: a node says good-bye to its port mapper.
      for (const identity of service.processes.toReversed()) {
        await stopProcess(identity, crash ? crashSignal : stopSignal)
      }
      // SIGTERM: an initdb that is killed outright leaves its own children at work.
      if (service.preparing !== undefined) await stopProcess(service.preparing, 'SIGTERM')
      return
    }
    case 'container':
      return stopContainer(service.name, signal, {crash})
  }
}

/** Deletes the data of a service that was ended. */
export async function removeService(service: ServiceState, signal: AbortSignal): Promise<void> {
  switch (service.kind) {
    case 'given':
      return
    case 'local':
      return rm(service.plan.folder, {recursive: true, force: true, maxRetries: 3})
    case 'container':
      return removeContainer(service.name, signal)
  }
}

/** Whether it runs, as far as the system knows; nobody asks it. What is given is not ours to know. */
export async function isRunning(service: ServiceState, signal: AbortSignal): Promise<boolean> {
  switch (service.kind) {
    case 'given':
      return true
    case 'local':
      return service.processes.length > 0 && service.processes.every(isAlive)
    case 'container':
      return isContainerRunning(service.name, signal)
  }
}
