import assert from 'node:assert/strict'
import {conform} from '#lib/sandbox/erp/rfc/conform.js'
import {type Field, initialValue, type StructureType} from '#lib/sandbox/erp/rfc/field-type.js'
import {describe as describeFunction, type FunctionModule} from '#lib/sandbox/erp/rfc/function-module.js'
import {functionModules} from '#lib/sandbox/erp/rfc/functions/function-modules.js'
import {RfcError} from '#lib/sandbox/erp/rfc/rfc-error.js'
import {UnitOfWork} from '#lib/sandbox/erp/rfc/unit-of-work.js'
import {createWorld} from '#lib/sandbox/erp/world/world.js'

/** All types a field uses. */
function typesOf(field: Field): readonly StructureType[] {
  return 'line' in field ? [field.line, ...field.line.fields.flatMap(typesOf)] : []
}

async function answerTo(called: FunctionModule): Promise<object> {
  const inbound = called.parameters.filter(({direction}) => direction !== 'EXPORT')
  const given = Object.fromEntries(inbound.map((parameter) => [parameter.name, initialValue(parameter)]))
  try {
    return await called.run({
      given,
      world: createWorld(),
      work: new UnitOfWork(),
      caller: {user: 'U', client: '100'},
      dropLine: () => {},
      stopping: new AbortController().signal,
    })
  } catch (error) {
    assert.ok(error instanceof RfcError)
    return {}
  }
}

describe('the functions of the RFC face', () => {
  it('use names and lengths that the data dictionary would take', () => {
    for (const {name, parameters} of functionModules.values()) {
      const fields = [...parameters, ...parameters.flatMap(typesOf).flatMap((type) => type.fields)]
      const types = parameters.flatMap(typesOf)

      for (const field of fields) assert.match(field.name, /^[A-Z][A-Z0-9_]{0,29}$|^$/, name)
      for (const type of types) assert.equal(new Set(type.fields.map((field) => field.name)).size, type.fields.length)
      for (const type of types) assert.match(type.name, /^[A-Z][A-Z0-9_]{0,29}$/)
    }
  })

  it('mean the same type by the same name everywhere', () => {
    const byName = new Map<string, StructureType>()
    for (const type of [...functionModules.values()].flatMap(({parameters}) => parameters).flatMap(typesOf)) {
      assert.equal(byName.get(type.name) ?? type, type, type.name)
      byName.set(type.name, type)
    }
  })

  it('describe every type they use, in the words of the protocol', () => {
    for (const called of functionModules.values()) {
      const described = JSON.parse(JSON.stringify(describeFunction(called)))

      const used = called.parameters.flatMap(typesOf).map(({name}) => name)
      assert.deepEqual(Object.keys(described.types).sort(), [...new Set(used)].sort(), called.name)
      assert.equal(described.params.length, called.parameters.length)
    }
  })

  for (const called of functionModules.values()) {
    if (called.name === 'Z_SIM_BADREPLY') continue
    it(`answer as described: ${called.name}`, async () => {
      const outbound = new Map(
        called.parameters.filter(({direction}) => direction !== 'IMPORT').map((one) => [one.name, one]),
      )
      const refusal = called.refuse?.({type: 'E', code: 'V1/042', text: 'x', variables: ['y']}, new UnitOfWork()) ?? {}

      for (const answer of [await answerTo(called), refusal]) {
        for (const [name, value] of Object.entries(answer)) {
          const parameter = outbound.get(name)
          assert.ok(parameter, name)
          assert.notEqual(conform(parameter, value), undefined, name)
        }
      }
    })
  }
})
