import {maskUrl} from '#lib/kernel/mask.js'
import {quoteForShell} from '#lib/output/quote-for-shell.js'

/** What was typed, to be kept and shown: passwords in addresses masked. */
export function commandText(args: readonly string[]): string {
  return ['erpsync', ...args.map((arg) => quoteForShell(maskAddress(arg)))].join(' ')
}

/** `--flag=postgres://…` or the address alone. */
function maskAddress(arg: string): string {
  return arg.replace(/[a-z][a-z0-9+.-]*:\/\/.*$/i, (url) => maskUrl(url))
}
