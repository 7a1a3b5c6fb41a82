import {escapeXml} from '#lib/kernel/xml.js'
import type {Reply} from '#lib/sandbox/erp/gateway/reply.js'
import type {Violation} from './read-envelope.js'

/** The answer to an IDoc that was taken: its number, which says nothing about its posting. */
export function acceptedReply(idocType: string, transferId: string, number: string): Reply {
  return soapReply(
    200,
    `<n0:${idocType}.Response xmlns:n0="urn:sap-com:document:sap:idoc:soap:messages"><IDOC_ASSIGN><item>` +
      `<TRANSFER_ID>${escapeXml(transferId)}</TRANSFER_ID><DB_ID>${number}</DB_ID>` +
      `</item></IDOC_ASSIGN></n0:${idocType}.Response>`,
  )
}

/** The fault for an IDoc that was not taken. */
export function faultReply({text, cause}: Violation): Reply {
  const detail =
    cause === undefined
      ? ''
      : '<detail><n0:IDocInbound.Exception xmlns:n0="urn:sap-com:document:sap:soap:functions:mc-style">' +
        `<Name>${cause}</Name><Text>${escapeXml(text)}</Text><Message><ID>EA</ID><Number>728</Number></Message>` +
        '</n0:IDocInbound.Exception></detail>'
  return soapReply(
    500,
    `<soap-env:Fault><faultcode>soap-env:Client</faultcode>` +
      `<faultstring xml:lang="en">${escapeXml(text)}</faultstring>${detail}</soap-env:Fault>`,
  )
}

function soapReply(status: number, body: string): Reply {
  return {
    status,
    headers: {'content-type': 'text/xml; charset=utf-8'},
    body:
      '<?xml version="1.0" encoding="utf-8"?>' +
      '<soap-env:Envelope xmlns:soap-env="http://schemas.xmlsoap.org/soap/envelope/"><soap-env:Header/>' +
      `<soap-env:Body>${body}</soap-env:Body></soap-env:Envelope>`,
  }
}
