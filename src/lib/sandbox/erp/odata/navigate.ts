import type {Row} from '#lib/sandbox/erp/world/dictionary.js'
import type {WorldView} from '#lib/sandbox/erp/world/world.js'
import {type Navigation, type Service, targetOf} from './model.js'

/** The rows a navigation leads to from a row. */
export function navigate(view: WorldView, service: Service, navigation: Navigation, from: Row): readonly Row[] {
  return view.where(targetOf(service, navigation).table, navigation.on, from[navigation.on] ?? null)
}
