// Each takes a good order and gives the line as a broken export would have written it.

/** Lines that are not JSON at all. */
export const notJson = [
  (order) => JSON.stringify(order).slice(0, 118),
  (order) => JSON.stringify(order).slice(0, -2),
  (order) => JSON.stringify(order).replace(/"netPrice":"[\d.]+"/, '"netPrice":NaN'),
  (order) => `${order.orderedAt} WARN export: connection to shop database lost, trying again`,
]

/** Lines that are JSON and do not fit the schema. */
export const notFitting = [
  without('orderId'),
  without('customerId'),
  without('items'),
  changed({items: []}),
  changed({customerId: null}),
  changed({orderId: 2026_100_711}),
  (order) => JSON.stringify({...order, orderId: `${order.orderId}-SPLIT-DELIVERY-02`}),
  changed({revision: 0}),
  changed({requestedDelivery: '2026-02-30'}),
  changed({requestedDelivery: '24.03.2026'}),
  changed({currency: 'eur'}),
  changed({currency: 'BTC'}),
  (order) => JSON.stringify(order).replace('"requestedDelivery"', '"requestedDelivry"'),
  (order) => JSON.stringify(order).replace('"quantity"', '"quantitiy"'),
  changedItem({quantity: 0}),
  changedItem({quantity: -3}),
  changedItem({quantity: '2,5'}),
  changedItem({netPrice: '1.299,00'}),
]

function without(property) {
  return ({[property]: _, ...rest}) => JSON.stringify(rest)
}

function changed(values) {
  return (order) => JSON.stringify({...order, ...values})
}

function changedItem(values) {
  return ({items: [first, ...others], ...order}) =>
    JSON.stringify({...order, items: [{...first, ...values}, ...others]})
}
