/** What the shops sell: materials TG10 to TG49, which the sandbox ERP knows as well. */
export const products = [
  ['Paper A4 80 g, 500 sheets', 4.99],
  ['Paper A3 80 g, 500 sheets', 10.49],
  ['Envelopes C5, 100 pieces', 7.29],
  ['Envelopes DL with window, 100 pieces', 6.79],
  ['Ring binder A4, 80 mm, grey', 2.89],
  ['Ring binder A4, 50 mm, blue', 2.69],
  ['Dividers A to Z, A4', 3.49],
  ['Clear sleeves A4, 100 pieces', 5.99],
  ['Ballpoint pen, blue, 10 pieces', 4.29],
  ['Ballpoint pen, black, 10 pieces', 4.29],
  ['Fineliner set, 12 colours', 11.9],
  ['Highlighter set, 6 colours', 6.49],
  ['Pencil HB, 12 pieces', 3.19],
  ['Whiteboard marker set, 4 colours', 7.99],
  ['Whiteboard 90 x 60 cm', 49.9],
  ['Flip chart stand', 119],
  ['Sticky notes 76 x 76 mm, 12 pads', 8.49],
  ['Notebook A5, ruled', 5.49],
  ['Notebook A4, squared', 6.99],
  ['Desk pad 60 x 40 cm', 14.9],
  ['Desk lamp, LED, dimmable', 39.9],
  ['Office chair, mesh back', 189],
  ['Footrest, adjustable', 34.5],
  ['Monitor arm, single', 79.9],
  ['Cable duct for desks, 100 cm', 19.9],
  ['Power strip, 6 sockets, switch', 17.49],
  ['USB-C hub, 7 ports', 42],
  ['Wireless mouse, right-handed', 24.9],
  ['Keyboard, flat, quiet', 36.9],
  ['Headset, USB, two ears', 54.9],
  ['Label printer, thermal', 129],
  ['Labels 102 x 152 mm, 500 pieces', 21.9],
  ['Packing tape, 66 m, 6 rolls', 13.9],
  ['Shipping carton 300 x 215 x 140, 25 pcs', 18.9],
  ['Bubble wrap 50 cm x 50 m', 16.9],
  ['Paper shredder, P-4', 99],
  ['Waste paper bin, 16 l', 9.9],
  ['Hand towels, 3200 sheets', 29.9],
  ['Coffee beans, 1 kg', 13.49],
  ['Green tea, 50 bags', 4.79],
].map(([text, price], index) => ({sku: `TG${10 + index}`, text, price}))

/** New in the shop, and at first nobody has created it in SAP. */
export const unknownProduct = {sku: 'TG90', text: 'Standing desk, electric, 160 cm', price: 449}

/** USCU_S01 to USCU_S40: the first half buys in the American shop, the second in the German one. */
export const customers = Array.from({length: 40}, (_, index) => ({
  customerId: `USCU_S${String(index + 1).padStart(2, '0')}`,
  ...(index < 20 ? {shop: 'us', currency: 'USD'} : {shop: 'de', currency: index < 36 ? 'EUR' : 'CHF'}),
}))

/** Opened an account in the shop yesterday and is not in SAP. */
export const unknownCustomer = {customerId: 'USCU_X99', shop: 'us', currency: 'USD'}
