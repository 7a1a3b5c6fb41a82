import {v7} from 'uuid'

/** A new id for a message or a letter: unique everywhere, and near its neighbours in time in every index. */
export function newId(): string {
  return v7()
}

/** Whether a text has the form of such an id. */
export function isId(text: string): boolean {
  return /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i.test(text)
}
