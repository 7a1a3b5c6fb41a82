import {char, date, type Field, numc, packed, type StructureType} from '#lib/sandbox/erp/rfc/field-type.js'

/** Structures of sales orders: fields this world has a use for, names and lengths as in the data dictionary. */
export const bapisdhd1: StructureType = {
  name: 'BAPISDHD1',
  fields: [
    char('DOC_TYPE', 4),
    char('SALES_ORG', 4),
    char('DISTR_CHAN', 2),
    char('DIVISION', 2),
    char('SALES_GRP', 3),
    char('SALES_OFF', 4),
    date('REQ_DATE_H'),
    date('PURCH_DATE'),
    char('PO_METHOD', 4),
    char('REF_1', 12),
    char('NAME', 35),
    char('PURCH_NO_C', 35),
    char('PURCH_NO_S', 35),
    date('DOC_DATE'),
    char('CURRENCY', 5),
  ],
}

export const bapisditm: StructureType = {
  name: 'BAPISDITM',
  fields: [
    numc('ITM_NUMBER', 6),
    char('PO_ITM_NO', 6),
    char('MATERIAL', 18),
    char('CUST_MAT22', 22),
    char('PLANT', 4),
    char('STORE_LOC', 4),
    packed('TARGET_QTY', 7, 3),
    char('TARGET_QU', 3),
    char('T_UNIT_ISO', 3),
    char('ITEM_CATEG', 4),
    char('SHORT_TEXT', 40),
    char('PURCH_NO_C', 35),
    char('MATERIAL_LONG', 40),
  ],
}

export const bapischdl: StructureType = {
  name: 'BAPISCHDL',
  fields: [
    numc('ITM_NUMBER', 6),
    numc('SCHED_LINE', 4),
    date('REQ_DATE'),
    char('DATE_TYPE', 1),
    packed('REQ_QTY', 7, 3),
  ],
}

export const bapiparnr: StructureType = {
  name: 'BAPIPARNR',
  fields: [
    char('PARTN_ROLE', 2),
    char('PARTN_NUMB', 10),
    numc('ITM_NUMBER', 6),
    char('NAME', 35),
    char('STREET', 35),
    char('COUNTRY', 3),
    char('POSTL_CODE', 10),
    char('CITY', 35),
  ],
}

export const bapisdhd1x = flagsOf(bapisdhd1, [char('UPDATEFLAG', 1)])
export const bapisditmx = flagsOf(bapisditm, [numc('ITM_NUMBER', 6), char('UPDATEFLAG', 1)])
export const bapischdlx = flagsOf(bapischdl, [numc('ITM_NUMBER', 6), numc('SCHED_LINE', 4), char('UPDATEFLAG', 1)])

export const bapisdstat: StructureType = {
  name: 'BAPISDSTAT',
  fields: [
    char('DOC_NUMBER', 10),
    date('DOC_DATE'),
    char('PURCH_NO', 20),
    char('PRC_STAT_H', 1),
    char('DLV_STAT_H', 1),
    date('REQ_DATE_H'),
    numc('ITM_NUMBER', 6),
    char('MATERIAL', 18),
    char('SHORT_TEXT', 40),
    packed('REQ_QTY', 8, 3),
    char('SALES_UNIT', 3),
    packed('NET_VALUE', 8, 2),
    char('CURRENCY', 5),
    date('CREATION_DATE'),
    char('PURCH_NO_C', 35),
    char('MATERIAL_LONG', 40),
  ],
}

/** The structure that says with an X which fields of another one are meant. */
function flagsOf({name, fields}: StructureType, keys: readonly Field[]): StructureType {
  const isKey = (field: Field) => keys.some((key) => key.name === field.name)
  return {
    name: `${name}X`,
    fields: [...keys, ...fields.filter((field) => !isKey(field)).map((field) => char(field.name, 1))],
  }
}
