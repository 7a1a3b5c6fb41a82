import {existsSync} from 'node:fs'
import {withoutServiceStart} from './policy-rc.js'
import {runProgram} from './run-program.js'
import type {Launch} from './service.js'

/** Whether this user may install Debian packages here. */
export function mayInstall(): boolean {
  return process.getuid?.() === 0 && existsSync('/usr/bin/apt-get') && existsSync('/etc/debian_version')
}

/** Installs a Debian package whose own service is not to run. Says so before it does anything. */
export async function installPackage(debianPackage: string, report: (line: string) => void): Promise<void> {
  report(`Installing the Debian package ${debianPackage}: apt-get update && apt-get install -y ${debianPackage}`)
  await withoutServiceStart(async () => {
    // Not tied to our signal, which would kill the installer in mid-work: Ctrl-C reaches it by itself.
    await runProgram(aptGet('update'), {timeoutMs: installMs})
    await runProgram(aptGet('install', '-y', '--no-install-recommends', debianPackage), {timeoutMs: installMs})
  })
}

function aptGet(...args: readonly string[]): Launch {
  return {command: 'apt-get', args, env: {DEBIAN_FRONTEND: 'noninteractive'}}
}

const installMs = 600_000
