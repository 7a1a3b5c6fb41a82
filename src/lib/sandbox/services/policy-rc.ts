import {chmod, copyFile, readFile, rename, rm, writeFile} from 'node:fs/promises'
import {errorCode} from '#lib/kernel/errors.js'

/**
 * Does the work (an installation) while Debian may start no service, then puts
 * everything back as it was, whatever happened.
 */
export async function withoutServiceStart<Result>(work: () => Promise<Result>, path = policyPath): Promise<Result> {
  await restorePolicy(path)
  await forbidStarts(path)
  // Ctrl-C reaches the installer too, which then fails; we must live on to put the policy back.
  const outlive = () => {}
  process.on('SIGINT', outlive)
  process.on('SIGTERM', outlive)
  try {
    return await work()
  } finally {
    await restorePolicy(path)
    process.off('SIGINT', outlive)
    process.off('SIGTERM', outlive)
  }
}

/** Puts back the policy that we have replaced; also after a crash, since ours carries a mark. */
export async function restorePolicy(path = policyPath): Promise<void> {
  if (!(await readIfThere(path))?.includes(mark)) return
  try {
    await rename(savedPath(path), path)
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') throw error
    await rm(path)
  }
}

async function forbidStarts(path: string): Promise<void> {
  await rm(savedPath(path), {force: true})
  try {
    await copyFile(path, savedPath(path))
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') throw error
  }
  await writeFile(`${path}.new`, `#!/bin/sh\n${mark}\nexit 101\n`)
  await chmod(`${path}.new`, 0o755)
  await rename(`${path}.new`, path)
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined
    throw error
  }
}

function savedPath(path: string): string {
  return `${path}.before-erpsync`
}

const policyPath = '/usr/sbin/policy-rc.d'
const mark = '# Written by erpsync sandbox up for the time of one installation.'
