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
}

/** Counts bookings by reference, to answer how often a document came through. */
export class Effects {
  readonly #byReference = new Map<string, Effect>()
  #creates = 0
  #changes = 0

  count({kind, reference, document}: Booking): void {
    const {creates, changes, documents} = this.of(reference)
    const isCreate = kind === 'create'
    if (isCreate) this.#creates += 1
    else this.#changes += 1
    this.#byReference.set(reference, {
      creates: creates + (isCreate ? 1 : 0),
      changes: changes + (isCreate ? 0 : 1),
      documents: documents.includes(document) ? documents : [...documents, document],
    })
  }

  of(reference: string): Effect {
    return this.#byReference.get(reference) ?? {creates: 0, changes: 0, documents: []}
  }

  all(): ReadonlyMap<string, Effect> {
    return this.#byReference
  }

  total(): {readonly creates: number; readonly changes: number} {
    return {creates: this.#creates, changes: this.#changes}
  }
}
