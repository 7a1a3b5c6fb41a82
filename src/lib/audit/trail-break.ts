import type {ChainedLink, Link} from '#lib/ledger/trail-chain.js'

/**
 * Where the chain of the trail is broken:
 *
 * - `changed`: the content of the entry is not what its hash was made of
 * - `removed`: entries are missing, from one number to another
 * - `rewritten`: the entry was changed together with its hash; what was chained to it gives it away
 * - `added`: the entry was put in past the end of the chain
 * - `unlike_kept`: the entry is another than the one that was kept elsewhere
 * - `unrooted`: the first entry was changed together with its hash
 * - `headless`: the end of the chain is not noted any more
 */
export type TrailBreak =
  | {readonly kind: 'changed'; readonly seq: number; readonly hash: string; readonly contentHash: string}
  | {readonly kind: 'removed'; readonly seq: number; readonly to: number}
  | {readonly kind: 'rewritten'; readonly seq: number; readonly hash: string; readonly chainedHash: string}
  | {readonly kind: 'added'; readonly seq: number}
  | {readonly kind: 'unlike_kept'; readonly seq: number; readonly hash: string; readonly keptHash: string}
  | {readonly kind: 'unrooted'; readonly seq: number}
  | {readonly kind: 'headless'; readonly seq: number}

/** What is wrong with an entry that follows another; undefined if nothing is. */
export function findBreak(before: Link, link: ChainedLink, kept: Link | null): TrailBreak | undefined {
  const {seq, hash, prevHash, contentHash} = link
  if (seq > before.seq + 1) return {kind: 'removed', seq: before.seq + 1, to: seq - 1}
  if (hash !== contentHash) return {kind: 'changed', seq, hash, contentHash}
  if (prevHash !== before.hash && before.seq === 0) return {kind: 'unrooted', seq}
  if (prevHash !== before.hash) return {kind: 'rewritten', seq: before.seq, hash: before.hash, chainedHash: prevHash}
  if (seq === kept?.seq && hash !== kept.hash) return {kind: 'unlike_kept', seq, hash, keptHash: kept.hash}
  return undefined
}

/** What is wrong with the end of a chain, given its last entry, what was noted of it, and what was kept elsewhere. */
export function findBreakAtEnd(last: Link, noted: Link | undefined, kept: Link | null): TrailBreak | undefined {
  if (noted === undefined) return {kind: 'headless', seq: last.seq}
  const end = Math.max(noted.seq, kept?.seq ?? 0)
  if (last.seq < end) return {kind: 'removed', seq: last.seq + 1, to: end}
  if (last.seq > noted.seq) return {kind: 'added', seq: noted.seq + 1}
  if (last.hash !== noted.hash) return {kind: 'rewritten', seq: last.seq, hash: last.hash, chainedHash: noted.hash}
  return undefined
}

/** A break in one sentence. */
export function describeBreak(found: TrailBreak): string {
  const {seq} = found
  switch (found.kind) {
    case 'changed':
      return `Entry ${seq} was changed: its hash is ${found.hash}, its content makes ${found.contentHash}.`
    case 'removed':
      return found.to === seq ? `Entry ${seq} was removed.` : `Entries ${seq} to ${found.to} were removed.`
    case 'rewritten':
      return `Entry ${seq} was changed together with its hash: it is ${found.hash}, and was ${found.chainedHash} when the chain went on.`
    case 'added':
      return `Entry ${seq} was put in past the end of the chain.`
    case 'unlike_kept':
      return `Entry ${seq} is another than the one that was kept: its hash is ${found.hash}, kept was ${found.keptHash}.`
    case 'unrooted':
      return `Entry ${seq} was changed together with its hash: it does not start the chain.`
    case 'headless':
      return `The end of the chain is not noted any more; the last entry is ${seq}.`
  }
}
