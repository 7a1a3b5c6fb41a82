import {Flags} from '@oclif/core'
import type {GroupBy} from '#lib/deadletters/groups/list-buckets.js'
import {didYouMean} from '#lib/kernel/suggest.js'

/** What letters are put together by. */
export const byFlag = Flags.custom<GroupBy>({
  summary: 'put together by fingerprint, code, flow, class or payload.<field>',
  helpValue: '<what>',
  parse: async (text) => {
    const [name, ...path] = text.split('.')
    if (name === 'payload' && path.length > 0 && !path.includes('')) return {kind: 'payload', path}
    const kind = kinds.find((known) => known === text)
    if (kind !== undefined) return {kind}
    throw new Error(
      `"${text}" is nothing to put letters together by.${didYouMean(text, [...kinds, 'payload.<field>'])} Take one of: ${kinds.join(', ')}, payload.<field>`,
    )
  },
})

const kinds = ['fingerprint', 'code', 'flow', 'class'] as const
