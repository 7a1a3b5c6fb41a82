import {ErpSyncError} from '#lib/kernel/errors.js'
import {exitCodes} from '#lib/kernel/exit-codes.js'

/**
 * Does work that Ctrl-C or a SIGTERM ends in good order: the signal given to
 * the work aborts, and the command ends with 130 or 143.
 */
export async function interruptible<Result>(
  work: (signal: AbortSignal) => Promise<Result>,
  hint?: string,
): Promise<Result> {
  const controller = new AbortController()
  const onInterrupt = () => controller.abort(interrupted('SIGINT', exitCodes.interrupted, hint))
  const onTerminate = () => controller.abort(interrupted('SIGTERM', exitCodes.terminated, hint))
  process.on('SIGINT', onInterrupt)
  process.on('SIGTERM', onTerminate)
  try {
    return await work(controller.signal)
  } catch (error) {
    // What was cut short fails in ways of its own; why it was cut short is what counts.
    controller.signal.throwIfAborted()
    throw error
  } finally {
    process.off('SIGINT', onInterrupt)
    process.off('SIGTERM', onTerminate)
  }
}

function interrupted(signal: string, exitCode: 130 | 143, hint?: string): ErpSyncError {
  return new ErpSyncError(`Stopped by ${signal}.`, {
    code: 'interrupted',
    exitCode,
    ...(hint === undefined ? {} : {hint}),
  })
}
