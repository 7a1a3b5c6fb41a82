import {openDeclarer, type Declarer, type DeclareOutcome} from '#lib/broker/declarer.js'
import type {Topology, WantedObject} from './wanted.js'

/** What declaring did. */
export interface DeclareResult {
  /** Exchanges and queues that were not there before. */
  readonly created: readonly string[]
  readonly present: readonly string[]
  /** Bindings made or confirmed; AMQP does not tell which. */
  readonly bindings: number
  /** What stands differently and cannot be changed in place. */
  readonly different: readonly StandsDifferently[]
}

export interface StandsDifferently {
  readonly object: 'exchange' | 'queue'
  readonly name: string
  /** The first argument that differs; RabbitMQ does not name further ones. */
  readonly argument: string
  readonly wanted: string | null
  readonly current: string | null
}

/**
 * Declares the topology; doing so again changes nothing. An object that stands
 * differently is left as it is and reported, and the others are declared.
 *
 * @throws ErpSyncError 69 or 77 if RabbitMQ cannot be reached or forbids it.
 */
export async function declareTopology(urls: readonly string[], topology: Topology): Promise<DeclareResult> {
  const declarer = await openDeclarer(urls, 'erpsync topology')
  try {
    const created: string[] = []
    const present: string[] = []
    const different: StandsDifferently[] = []
    let bindings = 0

    for (const object of topology.objects) {
      if (object.kind === 'binding') {
        await declarer.bind(object.queue, object.exchange, object.routingKey)
        bindings += 1
        continue
      }
      const outcome = await declareObject(declarer, object)
      switch (outcome.kind) {
        case 'created':
          created.push(object.name)
          break
        case 'present':
          present.push(object.name)
          break
        case 'different':
          different.push({
            object: object.kind,
            name: object.name,
            argument: outcome.argument,
            wanted: outcome.wanted,
            current: outcome.current,
          })
          break
      }
    }
    return {created, present, bindings, different}
  } finally {
    await declarer.close()
  }
}

async function declareObject(
  declarer: Declarer,
  object: Exclude<WantedObject, {kind: 'binding'}>,
): Promise<DeclareOutcome> {
  switch (object.kind) {
    case 'exchange':
      return declarer.declareExchange(object.name, object.type, object.arguments)
    case 'queue':
      return declarer.declareQueue(object.name, object.arguments)
  }
}
