import {type Draft, initialRow, type Row, textOf, type Value} from './dictionary.js'
import {Refusal} from './refusal.js'
import type {WorldTransaction} from './world.js'

/** Creates a product with its descriptions. Product numbers are given by the caller. */
export function createProduct(tx: WorldTransaction, draft: Draft, descriptions: readonly Draft[]): Row {
  const id = textOf(draft, 'Product')
  if (id === '') throw new Refusal('Enter a product number.', {code: 'M3/035', target: 'Product'})
  if (tx.find('product', [id])) {
    throw new Refusal(`Product ${id} already exists.`, {code: 'M3/110', target: 'Product'})
  }
  const product = tx.put('product', {...initialRow('product'), ...draft})
  for (const description of descriptions) createDescription(tx, {...description, Product: id})
  return product
}

/** Changes a product; undefined if there is none. */
export function changeProduct(tx: WorldTransaction, key: readonly Value[], draft: Draft): Row | undefined {
  const product = tx.find('product', key)
  return product && tx.put('product', {...product, ...draft, Product: textOf(product, 'Product')})
}

/** Adds the description of a product in one more language. */
export function createDescription(tx: WorldTransaction, draft: Draft): Row {
  const key = [textOf(draft, 'Product'), textOf(draft, 'Language')]
  if (!tx.find('product', [key[0] ?? ''])) {
    throw new Refusal(`Product ${key[0]} does not exist.`, {code: 'M3/305', target: 'Product'})
  }
  if (tx.find('productDescription', key)) {
    throw new Refusal(`Description in ${key[1]} already exists.`, {code: 'M3/111', target: 'Language'})
  }
  return tx.put('productDescription', {...initialRow('productDescription'), ...draft})
}

/** Changes a description; undefined if there is none. */
export function changeDescription(tx: WorldTransaction, key: readonly Value[], draft: Draft): Row | undefined {
  const row = tx.find('productDescription', key)
  return (
    row &&
    tx.put('productDescription', {
      ...row,
      ...draft,
      Product: textOf(row, 'Product'),
      Language: textOf(row, 'Language'),
    })
  )
}
