import {cutText} from '#lib/erp/cut.js'
import type {Failure} from '#lib/kernel/failure.js'
import type {Obstacle} from './protocol.js'

/** What is missing on this machine for calls by RFC, and where to get it. */
export function describeObstacle({code, what}: Obstacle): Failure {
  return {class: 'config', executed: 'no', code: `rfc:${code}`, text: cutText(textOf(code, what)), stage: 'call'}
}

function textOf(code: Obstacle['code'], what: string): string {
  switch (code) {
    case 'SDK_MISSING':
      return (
        `SAP's library ${what} is not found. Download "SAP NW RFC SDK 7.50" from SAP's support portal, unpack it, ` +
        'and name its folder lib as sdk.library of the destination, or in LD_LIBRARY_PATH.'
      )
    case 'MODULE_MISSING':
      return (
        `The npm package ${what} is not found. Type "npm install --ignore-scripts node-rfc" where erpsync is ` +
        'installed, or in a folder that the destination names as sdk.module.'
      )
    case 'ADDON_UNUSABLE':
      return `node-rfc does not load on this machine: ${what}`
  }
}
