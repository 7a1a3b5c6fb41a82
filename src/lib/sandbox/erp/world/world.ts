import {dictionary, type Row, type TableName, type Value} from './dictionary.js'
import {type Booking, Effects} from './effects.js'
import {NumberRanges, type NumberRange} from './number-ranges.js'
import {seedWorld} from './seeds.js'
import {Table} from './table.js'

/** Looks at the world. */
export interface WorldView {
  readonly find: (table: TableName, key: readonly Value[]) => Row | undefined
  readonly where: (table: TableName, field: string, value: Value) => readonly Row[]
  readonly all: (table: TableName) => readonly Row[]
}

/** Changes the world; all of it is kept or none of it. */
export interface WorldTransaction extends WorldView {
  readonly put: (table: TableName, row: Row) => Row
  readonly remove: (table: TableName, row: Row) => void
  readonly nextNumber: (range: NumberRange) => string
  /** Counts an effect once the change set is committed. */
  readonly book: (booking: Booking) => void
  readonly now: () => number
}

/** The one small company behind every face of the sandbox ERP. */
export interface World extends WorldView {
  /**
   * Runs one change set. It is synchronous on purpose: no second writer can come
   * between its steps, and whatever it throws leaves the world as it was.
   */
  readonly transaction: <Result>(work: (tx: WorldTransaction) => Result) => Result
  readonly effects: Effects
}

/** Makes a world with its customers and products, and no orders. */
export function createWorld(now: () => number = Date.now): World {
  const tables: Readonly<Record<TableName, Table>> = {
    businessPartner: new Table(dictionary.businessPartner),
    businessPartnerAddress: new Table(dictionary.businessPartnerAddress),
    idoc: new Table(dictionary.idoc),
    product: new Table(dictionary.product),
    productDescription: new Table(dictionary.productDescription),
    salesOrder: new Table(dictionary.salesOrder),
    salesOrderItem: new Table(dictionary.salesOrderItem),
  }
  const numbers = new NumberRanges()
  const effects = new Effects()
  const view: WorldView = {
    find: (table, key) => tables[table].find(key),
    where: (table, field, value) => tables[table].where(field, value),
    all: (table) => tables[table].all(),
  }

  function transaction<Result>(work: (tx: WorldTransaction) => Result): Result {
    const undo: (() => void)[] = []
    const bookings: Booking[] = []
    const tx: WorldTransaction = {
      ...view,
      put: (table, row) => {
        const former = tables[table].put(row)
        undo.push(() => (former ? tables[table].put(former) : tables[table].remove(row)))
        return row
      },
      remove: (table, row) => {
        tables[table].remove(row)
        undo.push(() => tables[table].put(row))
      },
      nextNumber: (range) => numbers.next(range),
      book: (booking) => bookings.push(booking),
      now,
    }
    try {
      const result = work(tx)
      for (const booking of bookings) effects.count(booking)
      return result
    } catch (error) {
      for (const step of undo.reverse()) step()
      throw error
    }
  }

  transaction(seedWorld)
  return {...view, transaction, effects}
}
