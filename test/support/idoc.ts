import {type Answer, send} from './sandbox-erp.js'

/** An IDoc as the SOAP face takes it. */
export function envelope(
  idoc: string,
  {root = 'ORDERS05', namespace = 'urn:sap-com:document:sap:idoc:soap:messages'} = {},
): string {
  return (
    '<soap-env:Envelope xmlns:soap-env="http://schemas.xmlsoap.org/soap/envelope/"><soap-env:Body>' +
    `<${root} xmlns="${namespace}">${idoc}</${root}></soap-env:Body></soap-env:Envelope>`
  )
}

/** One IDoc that orders two pieces of TG11 for USCU_S12. */
export function orderIdoc(reference: string, {id = reference, customer = 'USCU_S12', control = partners} = {}): string {
  return (
    '<IDOC BEGIN="1"><EDI_DC40 SEGMENT="1"><TABNAM>EDI_DC40</TABNAM><DIRECT>2</DIRECT><IDOCTYP>ORDERS05</IDOCTYP>' +
    `<MESTYP>ORDERS</MESTYP>${control}<ARCKEY>urn:sap.com:msgid=${id}</ARCKEY></EDI_DC40>` +
    '<E1EDK01 SEGMENT="1"><CURCY>USD</CURCY></E1EDK01>' +
    '<E1EDK14 SEGMENT="1"><QUALF>012</QUALF><ORGID>OR</ORGID></E1EDK14>' +
    '<E1EDK03 SEGMENT="1"><IDDAT>002</IDDAT><DATUM>20260401</DATUM></E1EDK03>' +
    `<E1EDKA1 SEGMENT="1"><PARVW>AG</PARVW><PARTN>${customer}</PARTN></E1EDKA1>` +
    `<E1EDK02 SEGMENT="1"><QUALF>001</QUALF><BELNR>${reference}</BELNR></E1EDK02>` +
    '<E1EDP01 SEGMENT="1"><POSEX>000010</POSEX><MENGE>2</MENGE><MENEE>PCE</MENEE>' +
    '<E1EDP19 SEGMENT="1"><QUALF>002</QUALF><IDTNR>TG11</IDTNR></E1EDP19></E1EDP01></IDOC>'
  )
}

/** Sends what stands there to the face that takes IDocs. */
export async function post(
  url: string,
  body: string,
  {contentType = 'application/x-sap.idoc', timeoutMs = 5000} = {},
): Promise<Answer> {
  return send('POST', `${url}/sap/bc/srt/idoc`, {headers: {'content-type': contentType}, body, timeoutMs})
}

export const partners = '<SNDPRT>LS</SNDPRT><SNDPRN>ERPSYNC</SNDPRN><RCVPRT>LS</RCVPRT><RCVPRN>SBXCLNT100</RCVPRN>'
