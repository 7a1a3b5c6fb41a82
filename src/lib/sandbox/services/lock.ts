import {randomInt, randomUUID} from 'node:crypto'
import {mkdir, readdir, rm, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {setTimeout as delay} from 'node:timers/promises'
import {ErpSyncError} from '#lib/kernel/errors.js'
import {exitCodes} from '#lib/kernel/exit-codes.js'
import {identifyProcess, isAlive, type ProcessIdentity} from './process-identity.js'
import {lockFolder} from './state.js'

interface Waiting {
  readonly timeoutMs: number
  readonly signal: AbortSignal
  readonly report: (line: string) => void
}

/**
 * Does the work while no other process works on this sandbox.
 *
 * Each process lays down a claim that names it, and only then looks around: of
 * two at once at least one sees the other and withdraws. A claim whose process
 * is gone counts for nothing, so a crash leaves no lock behind; and since every
 * claim has a name of its own, removing a dead one can never hit a live one.
 *
 * @throws ErpSyncError 75 if another process keeps it longer than the timeout.
 */
export async function withLock<Result>(folder: string, waiting: Waiting, work: () => Promise<Result>): Promise<Result> {
  const claims = join(folder, lockFolder)
  const claim = await takeLock(folder, claims, waiting)
  try {
    return await work()
  } finally {
    await rm(join(claims, claim), {force: true})
  }
}

async function takeLock(folder: string, claims: string, {timeoutMs, signal, report}: Waiting): Promise<string> {
  const claim = nameClaim(ownIdentity())
  const deadline = performance.now() + timeoutMs
  let reported = false
  for (;;) {
    signal.throwIfAborted()
    const holder = (await findOtherHolder(claims, claim)) ?? (await layClaim(claims, claim))
    if (holder === undefined) return claim
    if (performance.now() >= deadline) throw lockHeld(folder, holder)
    if (!reported) report(`Waiting for process ${holder.pid}, which works on ${folder}.`)
    reported = true
    await delay(randomInt(50, 250), undefined, {signal})
  }
}

/** Lays the claim down and looks around; withdraws and names the other if there is one. */
async function layClaim(claims: string, claim: string): Promise<ProcessIdentity | undefined> {
  await mkdir(claims, {recursive: true})
  await writeFile(join(claims, claim), '')
  const holder = await findOtherHolder(claims, claim)
  if (holder !== undefined) await rm(join(claims, claim), {force: true})
  return holder
}

async function findOtherHolder(claims: string, own: string): Promise<ProcessIdentity | undefined> {
  const names = await readdir(claims).catch(() => [])
  for (const name of names) {
    if (name === own) continue
    const identity = readClaim(name)
    if (identity !== undefined && isAlive(identity)) return identity
    await rm(join(claims, name), {force: true})
  }
  return undefined
}

function ownIdentity(): ProcessIdentity {
  const identity = identifyProcess(process.pid)
  if (identity === undefined) throw new Error(`process ${process.pid} cannot find itself`)
  return identity
}

function nameClaim({pid, startedAt}: ProcessIdentity): string {
  return [pid, encodeURIComponent(startedAt), randomUUID()].join('~')
}

function readClaim(name: string): ProcessIdentity | undefined {
  const [pid, startedAt] = name.split('~')
  return startedAt === undefined ? undefined : {pid: Number(pid), startedAt: decodeURIComponent(startedAt)}
}

function lockHeld(folder: string, holder: ProcessIdentity): ErpSyncError {
  return new ErpSyncError(`Process ${holder.pid} is working on the sandbox in ${folder}.`, {
    code: 'sandbox_locked',
    exitCode: exitCodes.locked,
    hint: 'Try again when it has ended.',
  })
}
