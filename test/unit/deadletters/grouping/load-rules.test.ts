import assert from 'node:assert/strict'
import {mkdtemp, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {loadRules} from '#lib/deadletters/grouping/load-rules.js'
import {ErpSyncError} from '#lib/kernel/errors.js'

describe('loadRules', () => {
  let folder: string
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'erpsync-rules-'))
  })
  after(async () => rm(folder, {recursive: true}))

  const load = async (text: string) => {
    const path = join(folder, 'rules.yaml')
    await writeFile(path, text)
    return loadRules(path)
  }
  /** The problems, without the name of the file. */
  const problemsOf = async (text: string) => {
    const error = await load(text).then(
      () => undefined,
      (thrown: unknown) => thrown,
    )
    assert.ok(error instanceof ErpSyncError, 'the rules were taken')
    assert.equal(error.exitCode, 78)
    return error.message
      .split('\n')
      .slice(1)
      .map((line) => line.trim().replace(/^.*rules\.yaml:/, ''))
  }

  it('knows none where none are named', async () => {
    assert.deepEqual(await loadRules(undefined), [])
  })

  it('reads a list of rules', async () => {
    const rules = await load(`
- when: {code: sap:V1/302, payload.plant: "*"}
  then:
    key: ["{{default}}", "{{payload.plant}}"]
    title: Plant not maintained
    runbook: https://wiki.example/plant
    replayable: after-fix
`)

    assert.deepEqual(rules, [
      {
        when: {code: 'sap:V1/302', 'payload.plant': '*'},
        then: {
          key: ['{{default}}', '{{payload.plant}}'],
          title: 'Plant not maintained',
          runbook: 'https://wiki.example/plant',
          replayable: 'after-fix',
        },
      },
    ])
  })

  it('names every problem with its line and what was meant', async () => {
    const problems = await problemsOf(`- when: {cod: sap:V1/302}
  then: {title: x}
- when:
    class: permanet
  then:
    tite: x
    replayable: sometimes
    key: ["{{defualt}}"]
- when: {}
  then: {}
- when: {flow: a}
`)

    assert.deepEqual(problems.toSorted(), [
      '11: rule 4, then: is missing',
      '1: rule 1, when.cod: unknown condition "cod". Did you mean "code"?',
      '4: rule 2, when.class: no class is called "permanet". Did you mean "permanent"?',
      '6: rule 2, then: unknown key "tite". Did you mean "title"?',
      '7: rule 2, then.replayable: is one of: never, after-fix, auto',
      '8: rule 2, then.key.0: unknown placeholder "{{defualt}}". Did you mean "default"?',
      '9: rule 3, when: names at least one condition',
    ])
  })

  it('refuses what is no list, or no YAML', async () => {
    assert.deepEqual(await problemsOf('rules: []'), ['1: the file holds a list of rules, each with `when` and `then`'])
    assert.match((await problemsOf('- when: {a: b'))[0] ?? '', /^\d+: .*flow map/i)
  })

  it('says which file it cannot read', async () => {
    await assert.rejects(loadRules(join(folder, 'none.yaml')), {code: 'rules_unreadable', exitCode: 78})
  })
})
