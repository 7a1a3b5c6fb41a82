import assert from 'node:assert/strict'
import {secretsOf} from '#lib/erp/rfc/target.js'

describe('secretsOf', () => {
  it('takes passwords wherever a connection has them, those of its routers too', () => {
    const secrets = secretsOf({
      connection: {
        client: '100',
        lang: 'EN',
        passwd: 's3cret',
        mysapsso2: 'ticket',
        saprouter: '/H/gate.example.com/S/3299/W/open-sesame/H/inner/W/w0rd/H/',
      },
    })

    assert.deepEqual(
      secrets.filter((secret) => secret !== ''),
      ['s3cret', 'ticket', 'open-sesame', 'w0rd'],
    )
  })
})
