import {allFlows, type Config, findInbox, requireSecrets} from '#lib/config/load.js'
import {type Database, isPassingDatabaseError, openDatabase} from '#lib/db/database.js'
import {requireCurrentSchema} from '#lib/db/migrate.js'
import {requireInstalled} from '#lib/intake/inbox/install.js'
import {runInbox} from '#lib/intake/inbox/run-inbox.js'
import {applicationNameOf, takerName} from '#lib/intake/inbox/taker.js'
import {openDoors} from '#lib/intake/open-doors.js'
import type {Log} from '#lib/kernel/log.js'

/**
 * Takes from inboxes until the signal aborts and the rounds under way are
 * finished.
 *
 * @throws ErpSyncError 69 if the ledger cannot be reached at the start, 78 if the configuration or a schema is not right.
 */
export async function runIntake(
  config: Config,
  names: readonly string[],
  log: Log,
  signal: AbortSignal,
): Promise<void> {
  requireSecrets(config, 'postgres')
  const taker = takerName()
  const settings = names.map((name) => ({name, ...findInbox(config, name)}))
  const doors = openDoors(config)
  // A schema or a mapping that is not right is found now, and not by the first row that comes.
  await Promise.all(allFlows(config).map(async ({name}) => doors(name)))

  const ledger = openDatabase(config.postgres.url, {
    max: names.length + 1,
    applicationName: applicationNameOf(taker),
  })
  const inboxes = settings.map(({name, url, keep}) => ({
    name,
    keepMs: keep,
    inbox: openDatabase(url, {
      max: 2,
      applicationName: applicationNameOf(taker),
      setting: `inboxes.${name}.url`,
    }),
  }))
  try {
    await requireCurrentSchema(ledger)
    for (const {name, inbox} of inboxes) await requireTable(inbox, name)
    await Promise.all(inboxes.map(async (one) => runInbox({...one, ledger, doors, taker, log}, signal)))
  } finally {
    await Promise.all([ledger, ...inboxes.map(({inbox}) => inbox)].map(async (database) => database.close()))
  }
  log.info({}, 'intake stopped')
}

/** An inbox that is away holds up no other: it is waited for. */
async function requireTable(inbox: Database, name: string): Promise<void> {
  try {
    await requireInstalled(inbox, name)
  } catch (error) {
    if (!isPassingDatabaseError(error)) throw error
  }
}
