/** What was booked under one external reference. */
export interface Effect {
  readonly creates: number
  readonly changes: number
  /** Numbers of the documents, each once. */
  readonly documents: readonly string[]
}

/** One booking: counted when, and only when, its change set is committed. */
export interface Booking {
  readonly kind: 'create' | 'change'
  readonly reference: string
  readonly document: string
  /** What the document is called from now on, if it has a name. */
  readonly name?: string
}

/** Counts bookings by reference, to answer how often a document came through, and in which order its changes. */
export class Effects {
  readonly #byReference = new Map<string, Effect>()
  readonly #names = new Map<string, string[]>()
  #creates = 0
  #changes = 0

  count({kind, reference, document, name}: Booking): void {
    const {creates, changes, documents} = this.of(reference)
    const isCreate = kind === 'create'
    if (isCreate) this.#creates += 1
    else this.#changes += 1
    this.#byReference.set(reference, {
      creates: creates + (isCreate ? 1 : 0),
      changes: changes + (isCreate ? 0 : 1),
      documents: documents.includes(document) ? documents : [...documents, document],
    })
    if (name === undefined) return
    const names = this.#names.get(reference)
    if (names) names.push(name)
    else this.#names.set(reference, [name])
  }

  of(reference: string): Effect {
    return this.#byReference.get(reference) ?? {creates: 0, changes: 0, documents: []}
  }

  all(): ReadonlyMap<string, Effect> {
    return this.#byReference
  }

  /** The names that each document was given, one for every booking, in the order of the bookings. */
  names(): ReadonlyMap<string, readonly string[]> {
    return this.#names
  }

  total(): {readonly creates: number; readonly changes: number} {
    return {creates: this.#creates, changes: this.#changes}
  }
}
