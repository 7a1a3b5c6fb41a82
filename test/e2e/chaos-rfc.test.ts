import assert from 'node:assert/strict'
import {spawn} from 'node:child_process'
import {once} from 'node:events'
import {text} from 'node:stream/consumers'
import {fileURLToPath} from 'node:url'

describe('npm run chaos -- --flows rfc', () => {
  it('ends with 78 and says what is missing where the stand-in cannot be built', async () => {
    const child = spawn(process.execPath, [program, '--flows', 'rfc'], {
      env: {...process.env, NODE_OPTIONS: '', PATH: '/nowhere'},
      stdio: ['ignore', 'ignore', 'pipe'],
    })

    const [said, [code]] = await Promise.all([text(child.stderr), once(child, 'close')])

    assert.equal(code, 78, said)
    assert.match(said, /--flows rfc cannot run here: .*stand-in for SAP's RFC library/)
  })
})

const program = fileURLToPath(new URL('../chaos/run.js', import.meta.url))
