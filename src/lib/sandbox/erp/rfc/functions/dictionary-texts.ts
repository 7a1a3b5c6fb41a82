/** What the data dictionary says of a parameter, field or exception of that name; nothing of most. */
export function textOf(name: string): string {
  return texts[name] ?? ''
}

/** The exceptions that a function declares. */
export function exceptionsOf(name: string): readonly string[] {
  return exceptions[name] ?? []
}

const texts: Readonly<Record<string, string>> = {
  ORDER_HEADER_IN: 'Order Header',
  ORDER_ITEMS_IN: 'Item Data',
  ORDER_PARTNERS: 'Document Partner',
  SALESDOCUMENT: 'Number of Generated Document',
  TESTRUN: 'Test Run',
  RETURN: 'Return Messages',
  DOC_TYPE: 'Sales Document Type',
  SALES_ORG: 'Sales Organization',
  DISTR_CHAN: 'Distribution Channel',
  DIVISION: 'Division',
  PURCH_NO_C: 'Customer Reference',
  ITM_NUMBER: 'Sales Document Item',
  MATERIAL: 'Material Number',
  TARGET_QTY: 'Target quantity in sales units',
  PARTN_ROLE: 'Partner Function',
  PARTN_NUMB: 'Customer Number',
  QUERY_TABLE: 'Table read',
  DELIMITER: 'Sign for indicating field limits in DATA',
  ROWCOUNT: 'Maximum number of rows',
  OPTIONS: 'Selection entries, "WHERE clauses"',
  FIELDS: 'Names (in) and structure (out) of fields read',
  DATA: 'Data read (out)',
  REQUTEXT: 'Text sent',
  ECHOTEXT: 'Text sent back',
  RESPTEXT: 'Answer of the system',
  TABLE_NOT_AVAILABLE: 'QUERY_TABLE not active in Dictionary',
  FIELD_NOT_VALID: 'Invalid field in FIELDS',
}

const exceptions: Readonly<Record<string, readonly string[]>> = {
  RFC_READ_TABLE: ['TABLE_NOT_AVAILABLE', 'OPTION_NOT_VALID', 'FIELD_NOT_VALID', 'DATA_BUFFER_EXCEEDED'],
  RFC_RAISE_ERROR: ['RAISE_EXCEPTION'],
}
