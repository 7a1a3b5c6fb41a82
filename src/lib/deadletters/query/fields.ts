import {executedAnswers, failureClasses} from '#lib/kernel/failure.js'
import type {WordField} from './query.js'

export type FieldSpec =
  | {readonly kind: 'word'; readonly field: WordField}
  | {readonly kind: 'choice'; readonly field: WordField; readonly choices: readonly string[]}
  | {readonly kind: 'id' | 'group'; readonly field: WordField}
  | {readonly kind: 'text' | 'attempts'}
  | {readonly kind: 'age' | 'since' | 'until' | 'died'}

/** What a letter can be asked for by, beside `payload.<path>`. */
export const fields: ReadonlyMap<string, FieldSpec> = new Map<string, FieldSpec>([
  ['flow', {kind: 'word', field: 'flow'}],
  ['code', {kind: 'word', field: 'code'}],
  ['key', {kind: 'word', field: 'key'}],
  ['tag', {kind: 'word', field: 'tag'}],
  ['class', {kind: 'choice', field: 'class', choices: failureClasses}],
  ['executed', {kind: 'choice', field: 'executed', choices: executedAnswers}],
  ['stage', {kind: 'choice', field: 'stage', choices: ['map', 'call', 'probe']}],
  [
    'state',
    {kind: 'choice', field: 'state', choices: ['open', 'replayed', 'resolved', 'died_again', 'discarded', 'any']},
  ],
  ['group', {kind: 'group', field: 'group'}],
  ['message', {kind: 'id', field: 'message'}],
  ['letter', {kind: 'id', field: 'letter'}],
  ['text', {kind: 'text'}],
  ['attempts', {kind: 'attempts'}],
  ['age', {kind: 'age'}],
  ['since', {kind: 'since'}],
  ['until', {kind: 'until'}],
  ['died', {kind: 'died'}],
])

/** Everything a person may write before the colon. */
export const fieldNames: readonly string[] = [...fields.keys(), 'payload']
