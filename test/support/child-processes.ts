import {readdir, readFile, readlink} from 'node:fs/promises'

/** The processes this one has started and that still run, by way of Linux's /proc. */
export async function childPids(): Promise<readonly number[]> {
  const tasks = await readdir('/proc/self/task')
  const lists = await Promise.all(
    tasks.map(async (task) => readFile(`/proc/self/task/${task}/children`, 'utf8').catch(() => '')),
  )
  return lists.flatMap((list) => list.split(' ').filter(Boolean).map(Number))
}

/** Those of them that hold SAP's library for a connector. */
export async function rfcPids(): Promise<readonly number[]> {
  const found: number[] = []
  for (const pid of await childPids()) {
    const [command] = await commandLine(pid)
    if (command.includes('/erp/rfc/child/main.js')) found.push(pid)
  }
  return found
}

/** Arguments and environment of a process, and where it runs. */
export async function commandLine(
  pid: number,
): Promise<readonly [command: string, environment: string, folder: string]> {
  const read = async (what: string): Promise<string> => readFile(`/proc/${pid}/${what}`, 'utf8').catch(() => '')
  return [await read('cmdline'), await read('environ'), await readlink(`/proc/${pid}/cwd`).catch(() => '')]
}
