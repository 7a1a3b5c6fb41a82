import type {DeclareResult, StandsDifferently} from './declare.js'

/** What declaring did, in a few lines. */
export function presentDeclared({created, present, bindings, different}: DeclareResult): string {
  return [
    ...created.map((name) => `created ${name}`),
    ...different.map(standsDifferently),
    `${created.length} created, ${present.length} there already, ${bindings} bindings.`,
    ...(different.length > 0 ? [`${different.length} different; RabbitMQ cannot change them in place.`] : []),
  ].join('\n')
}

function standsDifferently({object, name, argument, wanted, current}: StandsDifferently): string {
  return `different ${object} ${name}: ${argument} is ${current ?? 'not set'}, wanted ${wanted ?? 'not set'}`
}
