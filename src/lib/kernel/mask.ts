/** A URL without its password, for logs, errors and `--json`. What is no URL is not shown at all. */
export function maskUrl(url: string): string {
  if (!URL.canParse(url)) return '(not a URL)'
  const parsed = new URL(url)
  if (parsed.password !== '') parsed.password = '***'
  return parsed.toString()
}
