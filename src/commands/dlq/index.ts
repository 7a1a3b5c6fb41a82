import DlqGroups from './groups.js'

export default class Dlq extends DlqGroups {
  static override summary = 'List dead letters by their cause: the same as `erpsync dlq groups`.'
}
