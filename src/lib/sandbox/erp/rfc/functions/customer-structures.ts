import {char, date, type Field, type StructureType} from '#lib/sandbox/erp/rfc/field-type.js'

const address: readonly Field[] = [
  char('CITY', 40),
  char('DISTRICT', 40),
  char('POSTL_COD1', 10),
  char('PO_BOX', 10),
  char('STREET', 60),
  char('HOUSE_NO', 10),
  char('COUNTRY', 3),
  char('COUNTRYISO', 2),
  char('REGION', 3),
  char('TEL1_NUMBR', 30),
  char('TEL1_EXT', 10),
  char('FAX_NUMBER', 30),
  char('E_MAIL', 241),
]

/** Structures of customers: fields this world has a use for, names and lengths as in the data dictionary. */
export const bapikna1011: StructureType = {
  name: 'BAPIKNA101_1',
  fields: [
    char('TITLE_P', 30),
    char('FIRSTNAME', 40),
    char('LASTNAME', 40),
    date('DATE_BIRTH'),
    ...address,
    char('LANGU_P', 1),
    char('LANGUP_ISO', 2),
    char('CURRENCY', 5),
  ],
}

export const bapikna106: StructureType = {
  name: 'BAPIKNA106',
  fields: [
    char('TITLE', 30),
    char('NAME', 40),
    char('NAME_2', 40),
    ...address,
    char('LANGU', 1),
    char('LANGU_ISO', 2),
    char('CURRENCY', 5),
  ],
}

export const bapikna1011x = flagsOf(bapikna1011)
export const bapikna106x = flagsOf(bapikna106)

export const bapicustomer04: StructureType = {
  name: 'BAPICUSTOMER_04',
  fields: [
    char('CUSTOMER', 10),
    char('FORM_OF_AD', 15),
    char('NAME', 35),
    char('NAME_2', 35),
    char('CITY', 35),
    char('DISTRICT', 35),
    char('POSTL_COD1', 10),
    char('STREET', 35),
    char('COUNTRY', 3),
    char('COUNTRYISO', 2),
    char('REGION', 3),
    char('TEL1_NUMBR', 16),
    char('FAX_NUMBER', 31),
    char('LANGU', 1),
    char('LANGU_ISO', 2),
  ],
}

export const bapicustomerKna1: StructureType = {
  name: 'BAPICUSTOMER_KNA1',
  fields: [char('CUSTOMER', 10), char('ACCNT_GRP', 4), char('ORDR_BLK_G', 2), char('SORT1', 10), char('DEL_FLAG_G', 1)],
}

function flagsOf({name, fields}: StructureType): StructureType {
  return {name: `${name}X`, fields: fields.map((field) => char(field.name, 1))}
}
