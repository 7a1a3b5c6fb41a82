import {customers, products, unknownCustomer, unknownProduct} from './catalogue.js'
import {notFitting, notJson} from './damage.js'
import {seededRandom} from './random.js'

const counts = {good: 912, unknownProduct: 40, unknownCustomer: 6, revised: 10, duplicated: 8, contradicted: 2}

/** 1,000 lines of a day's export, with everything wrong in it that goes wrong in such files. */
export function orderLines() {
  const random = seededRandom(20_260_302)
  const damages = [...notJson, ...notFitting]
  const kinds = random.shuffle([
    ...Array(counts.good).fill({kind: 'good'}),
    ...Array(counts.unknownProduct).fill({kind: 'unknownProduct'}),
    ...Array(counts.unknownCustomer).fill({kind: 'unknownCustomer'}),
    ...damages.map((damage) => ({kind: 'damaged', damage})),
  ])
  const nextOrder = orderSource(random, {first: 100_001, start: '2026-03-02T05:00:00Z'})
  const entries = kinds.map(({kind, damage}) => {
    const order = nextOrder(kind)
    return {kind, order, line: damage ? damage(order) : JSON.stringify(order)}
  })
  return withRepeats(entries, random).map(({line}) => line)
}

/** 20 orders to try things out with: 17 good ones and 3 that are refused. */
export function smallOrderLines() {
  const nextOrder = orderSource(seededRandom(20), {first: 900_001, start: '2026-03-06T08:00:00Z'})
  const damages = new Map([
    [4, notJson[0]],
    [11, (order) => JSON.stringify({...order, requestedDelivery: '2026-02-30'})],
    [16, (order) => JSON.stringify({...order, items: [{...order.items[0], quantity: 0}]})],
  ])
  return Array.from({length: 20}, (_, index) => {
    const order = nextOrder('good')
    return damages.get(index)?.(order) ?? JSON.stringify(order)
  })
}

function orderSource(random, {first, start}) {
  let number = first
  let orderedAt = Date.parse(start)

  return (kind) => {
    orderedAt += random.integer(20, 500) * 1000
    const {customerId, shop, currency} = kind === 'unknownCustomer' ? unknownCustomer : random.pick(customers)
    // The damages change a wanted delivery date, so a damaged order always has one.
    const hasWish = kind === 'damaged' || random.chance(0.85)
    const delivery = isoDay(orderedAt + random.integer(2, 14) * dayMs)
    return {
      orderId: `WEB-2026-${number++}`,
      revision: 1,
      shop,
      orderedAt: new Date(orderedAt).toISOString().replace('.000', ''),
      customerId,
      ...(hasWish ? {requestedDelivery: delivery} : {}),
      currency,
      items: someItems(random, kind),
    }
  }
}

function someItems(random, kind) {
  const chosen = random.shuffle(products).slice(0, random.pick([1, 1, 1, 2, 2, 3, 3, 4, 5]))
  if (kind === 'unknownProduct') chosen[random.integer(0, chosen.length - 1)] = unknownProduct
  return chosen.map(({sku, text, price}) => ({
    sku,
    text,
    quantity: price > 100 ? random.integer(1, 3) : random.integer(1, 20),
    netPrice: price.toFixed(2),
  }))
}

/** Puts second revisions, exact repeats and contradictions some way behind the orders they belong to. */
function withRepeats(entries, random) {
  const {revised, duplicated, contradicted} = counts
  const good = entries.slice(0, 900).filter(({kind}) => kind === 'good')
  const chosen = random.shuffle(good).slice(0, revised + duplicated + contradicted)

  const repeated = [...entries]
  for (const [index, original] of chosen.entries()) {
    const line = repeat(original, index)
    repeated.splice(repeated.indexOf(original) + random.integer(1, 60), 0, {kind: 'repeat', line})
  }
  return repeated

  function repeat({order, line}, index) {
    if (index < revised) return JSON.stringify(moreOfTheFirst({...order, revision: 2}))
    return index < revised + duplicated ? line : JSON.stringify(moreOfTheFirst(order))
  }
}

function moreOfTheFirst({items: [first, ...others], ...order}) {
  return {...order, items: [{...first, quantity: first.quantity + 1}, ...others]}
}

function isoDay(ms) {
  return new Date(ms).toISOString().slice(0, 10)
}

const dayMs = 86_400_000
