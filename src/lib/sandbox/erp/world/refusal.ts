interface RefusalFields {
  /** Message class and number, e.g. `VP/204`. */
  readonly code: string
  /** The field to blame. */
  readonly target?: string
}

/**
 * What the world answers to a booking it does not accept. It is thrown, because
 * on its way up it must undo the whole change set; each face catches it once.
 */
export class Refusal extends Error {
  override readonly name = 'Refusal'
  readonly code: string
  readonly target: string | undefined

  constructor(text: string, {code, target}: RefusalFields) {
    super(text)
    this.code = code
    this.target = target
  }
}
