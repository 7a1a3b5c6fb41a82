/** A URL without its password, for logs, errors and `--json`. What is no URL is not shown at all. */
export function maskUrl(url: string): string {
  if (!URL.canParse(url)) return '(not a URL)'
  const parsed = new URL(url)
  if (parsed.password !== '') parsed.password = '***'
  // PostgreSQL takes it as a parameter as well.
  for (const name of ['password', 'sslpassword'])
    if (parsed.searchParams.has(name)) parsed.searchParams.set(name, '***')
  return parsed.toString()
}
