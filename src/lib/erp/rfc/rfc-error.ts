import {z} from 'zod'

/**
 * What a call by RFC failed with, in one form: errors of SAP's library, of the
 * addon upon it, and our own. The addon rejects with plain objects.
 */
export const rfcErrorSchema = z.strictObject({
  /** The library's code without its `RFC_`, e.g. `COMMUNICATION_FAILURE`, or one of `ownCodes`. */
  code: z.string(),
  /** The library's error group; 0 where there is none. */
  group: z.number(),
  /** Of an ABAP exception or a short dump. */
  key: z.string(),
  message: z.string(),
  messageClass: z.string(),
  messageType: z.string(),
  messageNumber: z.string(),
  /** The parameter in which a value could not be converted, on its way there or back. */
  parameter: z.string().nullable(),
})

export type RfcError = Readonly<z.output<typeof rfcErrorSchema>>

/**
 * Codes of failures that SAP's library does not know:
 *
 * - `ADDON`: the addon could not convert a value
 * - `TYPE_ERROR`: the addon refused the arguments, before anything was sent
 * - `OPEN_TIMEOUT`, `BUSY`: no connection, or none that is free, in time
 * - `NOT_STARTED`: the call's time was over before it began
 * - `PROCESS_ENDED`: the process that makes the calls is gone
 * - `ABORTED`: the caller gave up
 */
export type OwnCode = 'ADDON' | 'TYPE_ERROR' | 'OPEN_TIMEOUT' | 'BUSY' | 'NOT_STARTED' | 'PROCESS_ENDED' | 'ABORTED'

export function ownError(code: OwnCode, message: string): RfcError {
  return {...blank, code, message}
}

/** The error in what the addon threw or rejected with. */
export function toRfcError(thrown: unknown): RfcError {
  const library = libraryError.safeParse(thrown)
  if (library.success) return library.data
  if (thrown instanceof TypeError) return ownError('TYPE_ERROR', thrown.message)
  const addon = addonError.safeParse(thrown)
  return addon.success ? addon.data : ownError('ADDON', String(thrown))
}

const blank = {
  group: 0,
  key: '',
  messageClass: '',
  messageType: '',
  messageNumber: '',
  parameter: null,
}

const text = z.string().catch('')
const path = z
  .object({parameter: z.string()})
  .transform(({parameter}) => parameter)
  .nullable()
  .catch(null)

const libraryError = z
  .object({
    codeString: z.string(),
    group: z.number().catch(0),
    key: text,
    message: text,
    abapMsgClass: text,
    abapMsgType: text,
    abapMsgNumber: text,
    rfmPath: path,
  })
  .transform(({codeString, group, key, message, abapMsgClass, abapMsgType, abapMsgNumber, rfmPath}): RfcError => ({
    code: codeString.replace(/^RFC_/, ''),
    group,
    key: key.trim(),
    message,
    messageClass: abapMsgClass.trim(),
    messageType: abapMsgType.trim(),
    messageNumber: abapMsgNumber.trim(),
    parameter: rfmPath,
  }))

const addonError = z
  .object({message: z.string(), rfmPath: path})
  .transform(({message, rfmPath}): RfcError => ({...ownError('ADDON', message), parameter: rfmPath}))
