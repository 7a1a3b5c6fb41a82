import assert from 'node:assert/strict'
import {execFileSync} from 'node:child_process'
import {formatEnvFile} from '#lib/sandbox/services/env-file.js'

describe('formatEnvFile', () => {
  it('writes addresses as they are', () => {
    assert.equal(
      formatEnvFile({ERPSYNC_POSTGRES_URL: 'postgres://erpsync:1a2b@127.0.0.1:20001/erpsync'}),
      'ERPSYNC_POSTGRES_URL=postgres://erpsync:1a2b@127.0.0.1:20001/erpsync\n',
    )
  })

  it('brings any value through a shell unharmed', () => {
    const value = `amqp://u:p'$HOME"\`id\`@h/?a=1&b=2;c #d`

    const script = `${formatEnvFile({VALUE: value})}printf %s "$VALUE"`

    assert.equal(execFileSync('/bin/sh', ['-c', script], {encoding: 'utf8'}), value)
  })
})
