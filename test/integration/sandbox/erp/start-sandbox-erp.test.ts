import assert from 'node:assert/strict'
import {startSandboxErp} from '#lib/sandbox/erp/start-sandbox-erp.js'

describe('startSandboxErp', () => {
  it('says so when the port is taken', async () => {
    const first = await startSandboxErp({host: '127.0.0.1', port: 0, user: 'U', password: 'p'})
    const port = Number(new URL(first.url).port)

    await assert.rejects(startSandboxErp({host: '127.0.0.1', port, user: 'U', password: 'p'}), {
      code: 'sandbox_cannot_listen',
      exitCode: 69,
      message: `The sandbox ERP cannot listen on 127.0.0.1:${port} (EADDRINUSE).`,
    })
    await first.close()
  })

  it('gives its port back when it is closed', async () => {
    const first = await startSandboxErp({host: '127.0.0.1', port: 0, user: 'U', password: 'p'})
    await first.close()

    const second = await startSandboxErp({
      host: '127.0.0.1',
      port: Number(new URL(first.url).port),
      user: 'U',
      password: 'p',
    })

    assert.equal(second.url, first.url)
    await second.close()
  })

  it('has an RFC face only if asked, and gives up both ports where one of them is taken', async () => {
    const first = await startSandboxErp({host: '127.0.0.1', port: 0, rfcPort: 0, user: 'U', password: 'p'})
    const without = await startSandboxErp({host: '127.0.0.1', port: 0, user: 'U', password: 'p'})
    const port = Number(new URL(without.url).port)
    await without.close()

    await assert.rejects(
      startSandboxErp({host: '127.0.0.1', port, rfcPort: first.rfc!.port, user: 'U', password: 'p'}),
      {
        code: 'sandbox_cannot_listen',
        message: `The sandbox ERP cannot listen on 127.0.0.1:${first.rfc!.port} (EADDRINUSE).`,
        hint: 'Choose another port with --rfc-port, or 0 for any free one.',
      },
    )
    const again = await startSandboxErp({host: '127.0.0.1', port, user: 'U', password: 'p'})

    assert.equal(without.rfc, undefined)
    await Promise.all([first.close(), again.close()])
  })
})
