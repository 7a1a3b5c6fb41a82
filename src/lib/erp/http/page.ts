/** Whether a body is a page of SAP's web dispatcher or ICM. They name themselves; there is no code to go by. */
export function isDispatcherPage(body: string): boolean {
  return dispatcherPage.test(body.slice(0, 4096))
}

/** What a page says to a person, without its markup. */
export function describePage(status: number, body: string): string {
  const page = body.replace(/<(style|script)[\s\S]*?<\/\1>|<[^>]*>/gi, ' ').trim()
  return page === '' ? `HTTP ${status}` : `HTTP ${status}: ${page.slice(0, 300)}`
}

const dispatcherPage = /\bICM\b|\bICMENO|web ?dispatcher|\bdispatcher\b|SAP NetWeaver Application Server/i
