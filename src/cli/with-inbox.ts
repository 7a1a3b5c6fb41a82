import {type Config, findInbox} from '#lib/config/load.js'
import {type Database, openDatabase} from '#lib/db/database.js'

/**
 * Does work on the database of an inbox, and closes it.
 *
 * @throws ErpSyncError 2 if there is no such inbox.
 */
export async function withInbox<Result>(
  config: Config,
  name: string,
  work: (inbox: Database) => Promise<Result>,
): Promise<Result> {
  return withAddress(findInbox(config, name).url, {setting: `inboxes.${name}.url`}, work)
}

/** The same for any database. */
export async function withAddress<Result>(
  url: string,
  {setting}: {readonly setting: string},
  work: (inbox: Database) => Promise<Result>,
): Promise<Result> {
  const inbox = openDatabase(url, {max: 1, applicationName: 'erpsync inbox', setting})
  try {
    return await work(inbox)
  } finally {
    await inbox.close()
  }
}
