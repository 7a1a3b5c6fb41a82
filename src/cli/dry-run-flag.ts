import {Flags} from '@oclif/core'

/** `--dry-run`, false where it is not given: oclif would leave it undefined, and out of what `--json` prints. */
export function dryRunFlag(summary: string) {
  return Flags.boolean({summary, default: false})
}
