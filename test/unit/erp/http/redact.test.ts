import assert from 'node:assert/strict'
import {authorization, redactor} from '#lib/erp/http/redact.js'

describe('redactor', () => {
  it('hides the password and the header made of it, however deep', () => {
    const basic = {user: 'ERPSYNC', password: 's3cret'}
    const header = authorization(basic)
    const redact = redactor(basic)

    const shown = redact({echo: [`Authorization: ${header}`, {form: 'user=ERPSYNC&password=s3cret'}], status: 502})

    assert.deepEqual(shown, {
      echo: ['Authorization: Basic ***', {form: 'user=ERPSYNC&password=***'}],
      status: 502,
    })
  })

  it('changes nothing without a user', () => {
    assert.equal(redactor(undefined)('as it is'), 'as it is')
  })
})
