import Tinypool from 'tinypool'
import type {Flow} from '#lib/config/load.js'
import {openDoor} from '#lib/intake/door.js'
import {type Check, checkDocuments} from './check-documents.js'
import {keepHeapLean} from './lean-heap.js'

/** What a thread is started with. */
export interface CheckThread {
  readonly flow: Flow
}

keepHeapLean()
// This module is the program of a thread: what it holds is the thread's.
const {flow}: CheckThread = Tinypool.workerData
const door = openDoor(flow)

/** Checks the documents of a JSON array; text is cheaper to hand to a thread than objects. */
export async function checkText(text: string): Promise<readonly Check[]> {
  const documents: readonly unknown[] = JSON.parse(text)
  return checkDocuments(await door, documents)
}
