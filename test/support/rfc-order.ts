/** Parameters of BAPI_SALESORDER_CREATEFROMDAT2 that SAP has nothing against. */
export function rfcOrder(reference: string, more: object = {}): object {
  return {
    ORDER_HEADER_IN: {DOC_TYPE: 'TA', SALES_ORG: '1710', DISTR_CHAN: '10', DIVISION: '00', PURCH_NO_C: reference},
    ORDER_ITEMS_IN: [
      {ITM_NUMBER: '000010', MATERIAL: 'TG11', TARGET_QTY: '2'},
      {ITM_NUMBER: '000020', MATERIAL: 'TG12', TARGET_QTY: '5.5'},
    ],
    ORDER_PARTNERS: [{PARTN_ROLE: 'AG', PARTN_NUMB: 'USCU_S12'}],
    ...more,
  }
}

/** The messages of an answer as `E V1/382`. */
// oxlint-disable-next-line typescript/no-explicit-any -- a test reads whatever shape it expects
export function messagesOf(reply: any, name = 'RETURN'): readonly string[] {
  const messages = [reply.params[name]].flat()
  return messages.map(({TYPE, ID, NUMBER}: Record<string, string>) => `${TYPE} ${ID}/${NUMBER}`)
}
