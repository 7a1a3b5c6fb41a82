import {spawn} from 'node:child_process'
import {once} from 'node:events'
import {mkdtemp, readFile, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {ErpSyncError} from '#lib/kernel/errors.js'
import {exitCodes} from '#lib/kernel/exit-codes.js'

/**
 * Has a person change a text in the editor of `VISUAL` or `EDITOR`. The text
 * lies in a file that only its owner may read, and that is removed whatever comes.
 *
 * @throws ErpSyncError 2 if there is no editor, 9 if it ended with a failure.
 */
export async function editText(text: string, name: string): Promise<string> {
  const editor = [process.env.VISUAL, process.env.EDITOR].find((command) => command !== undefined && command !== '')
  if (editor === undefined) {
    throw new ErpSyncError('No editor is named by VISUAL or EDITOR.', {
      code: 'editor_missing',
      exitCode: exitCodes.usage,
      hint: 'Name one, e.g. EDITOR=vi, or change single values with --set path=value.',
    })
  }
  const folder = await mkdtemp(join(tmpdir(), 'erpsync-edit-'))
  try {
    const file = join(folder, name)
    await writeFile(file, text, {mode: 0o600, flag: 'wx'})
    await runEditor(editor, file)
    return await readFile(file, 'utf8')
  } finally {
    await rm(folder, {recursive: true, force: true})
  }
}

/** By the shell, as git does: the variable may hold arguments, such as those of `code --wait`. */
async function runEditor(editor: string, file: string): Promise<void> {
  // Ctrl-C belongs to the editor while it runs; it must not end us and leave the file behind.
  const ignore = (): void => {}
  process.on('SIGINT', ignore)
  try {
    const child = spawn('/bin/sh', ['-c', `${editor} "$@"`, editor, file], {stdio: 'inherit'})
    const [code]: unknown[] = await once(child, 'close')
    if (code === 0) return
  } finally {
    process.off('SIGINT', ignore)
  }
  throw new ErpSyncError(`The editor (${editor}) ended with a failure; nothing was changed.`, {
    code: 'editor_failed',
    exitCode: exitCodes.declined,
  })
}
