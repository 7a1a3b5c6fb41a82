import type {FunctionModule} from '#lib/sandbox/erp/rfc/function-module.js'
import {raiseError} from './raise-error.js'
import {simulation} from './simulation.js'
import {connectionTests} from './connection-tests.js'

/** All functions that can be called, by name. */
export const functionModules: ReadonlyMap<string, FunctionModule> = new Map(
  [...connectionTests, raiseError, ...simulation].map((one) => [one.name, one]),
)
