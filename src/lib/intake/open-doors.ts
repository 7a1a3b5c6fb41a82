import {type Config, findFlow} from '#lib/config/load.js'
import {type Door, openDoor} from './door.js'

/** The doors of all flows, each opened when it is first asked for; undefined for a flow that is not configured. */
export type Doors = (flow: string) => Promise<Door | undefined>

export function openDoors(config: Config): Doors {
  const opened = new Map<string, Promise<Door>>()
  return async (name) => {
    if (!Object.hasOwn(config.flows, name)) return undefined
    const door = opened.get(name) ?? openDoor(findFlow(config, name))
    opened.set(name, door)
    return door
  }
}
