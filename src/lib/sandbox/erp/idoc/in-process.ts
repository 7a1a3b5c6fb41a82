/** The message ids of IDocs that are being taken in at this moment: SAP locks them against a second call. */
export class InProcess {
  readonly #ids = new Set<string>()

  /** Whether the id was free, and is locked now. */
  begin(id: string): boolean {
    if (this.#ids.has(id)) return false
    this.#ids.add(id)
    return true
  }

  end(id: string): void {
    this.#ids.delete(id)
  }
}
