import {isBrokenOff} from './database.js'

/**
 * Carries out a transaction again that PostgreSQL broke off for the sake of
 * another one. Unlike `persist`, it does not wait for a database that is away.
 * The work hears how often it was broken off before.
 */
export async function againIfBrokenOff<Result>(work: (brokenOff: number) => Promise<Result>): Promise<Result> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await work(tries - 1)
    } catch (error) {
      if (tries === mostTries || !isBrokenOff(error)) throw error
    }
  }
}

const mostTries = 5
