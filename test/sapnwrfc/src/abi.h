/* The binary interface that the prebuilt node-rfc addon expects (LP64 Linux), declared from scratch.
 *
 * Order, widths and values of the fields come from bindings under Apache-2.0 and MIT (SAP/PyRFC,
 * huysentruitw/SapNwRfc) and were compared with the offsets that the addon of node-rfc 3.3.1
 * reads and writes. Nothing of SAP's SDK was used. The assertions below hold the layout still:
 * a field that moves would be read by the addon as garbage, not as an error. */
#ifndef STANDIN_ABI_H
#define STANDIN_ABI_H

#include <stddef.h>
#include <stdint.h>
#include <uchar.h>

typedef char16_t SAP_UC;
typedef unsigned char RFC_BYTE;
typedef int RFC_RC;

enum {
  RFC_OK,
  RFC_COMMUNICATION_FAILURE,
  RFC_LOGON_FAILURE,
  RFC_ABAP_RUNTIME_FAILURE,
  RFC_ABAP_MESSAGE,
  RFC_ABAP_EXCEPTION,
  RFC_CLOSED,
  RFC_CANCELED,
  RFC_TIMEOUT,
  RFC_MEMORY_INSUFFICIENT,
  RFC_VERSION_MISMATCH,
  RFC_INVALID_PROTOCOL,
  RFC_SERIALIZATION_FAILURE,
  RFC_INVALID_HANDLE,
  RFC_RETRY,
  RFC_EXTERNAL_FAILURE,
  RFC_EXECUTED,
  RFC_NOT_FOUND,
  RFC_NOT_SUPPORTED,
  RFC_ILLEGAL_STATE,
  RFC_INVALID_PARAMETER,
  RFC_CODEPAGE_CONVERSION_FAILURE,
  RFC_CONVERSION_FAILURE,
  RFC_BUFFER_TOO_SMALL,
  RFC_TABLE_MOVE_BOF,
  RFC_TABLE_MOVE_EOF,
  RFC_START_SAPGUI_FAILURE,
  RFC_ABAP_CLASS_EXCEPTION,
  RFC_UNKNOWN_ERROR,
  RFC_AUTHORIZATION_FAILURE,
  RFC_AUTHENTICATION_FAILURE,
  RFC_CRYPTOLIB_FAILURE,
  RFC_IO_FAILURE,
  RFC_LOCKING_FAILURE,
  RFC_CODE_COUNT
};

enum {
  GROUP_OK,
  GROUP_ABAP_APPLICATION,
  GROUP_ABAP_RUNTIME,
  GROUP_LOGON,
  GROUP_COMMUNICATION,
  GROUP_EXTERNAL_RUNTIME,
  GROUP_EXTERNAL_APPLICATION,
  GROUP_EXTERNAL_AUTHORIZATION,
  GROUP_COUNT
};

enum {
  TYPE_CHAR = 0,
  TYPE_DATE = 1,
  TYPE_BCD = 2,
  TYPE_TIME = 3,
  TYPE_BYTE = 4,
  TYPE_TABLE = 5,
  TYPE_NUM = 6,
  TYPE_FLOAT = 7,
  TYPE_INT = 8,
  TYPE_INT2 = 9,
  TYPE_INT1 = 10,
  TYPE_STRUCTURE = 17,
  TYPE_DECF16 = 23,
  TYPE_DECF34 = 24,
  TYPE_STRING = 29,
  TYPE_XSTRING = 30,
  TYPE_INT8 = 31,
  TYPE_UTCLONG = 32
};

enum { DIRECTION_IMPORT = 1, DIRECTION_EXPORT = 2, DIRECTION_CHANGING = 3, DIRECTION_TABLES = 7 };

/* ABAP names have at most 30 characters; the arrays hold a terminator too. */
enum { NAME_UNITS = 31, TEXT_UNITS = 80, DATE_UNITS = 8, TIME_UNITS = 6, UTCLONG_UNITS = 27 };

typedef struct {
  const SAP_UC *name, *value;
} RFC_CONNECTION_PARAMETER;

typedef struct {
  int code, group;
  SAP_UC key[128], message[512], abapMsgClass[21], abapMsgType[2], abapMsgNumber[4], abapMsgV1[51], abapMsgV2[51],
      abapMsgV3[51], abapMsgV4[51];
} RFC_ERROR_INFO;

typedef struct {
  SAP_UC name[NAME_UNITS];
  int type, direction;
  unsigned nucLength, ucLength, decimals;
  void *typeDescHandle;
  SAP_UC defaultValue[NAME_UNITS], parameterText[TEXT_UNITS];
  RFC_BYTE optional;
  void *extendedDescription;
} RFC_PARAMETER_DESC;

typedef struct {
  SAP_UC name[NAME_UNITS];
  int type;
  unsigned nucLength, nucOffset, ucLength, ucOffset, decimals;
  void *typeDescHandle, *extendedDescription;
} RFC_FIELD_DESC;

typedef struct {
  SAP_UC dest[65], host[101], partnerHost[101], sysNumber[3], sysId[9], client[4], user[13], language[3], trace[2],
      isoLanguage[3], codepage[5], partnerCodepage[5], rfcRole[2], type[2], partnerType[2], rel[5], partnerRel[5],
      kernelRel[5], cpicConvId[9], progName[129], partnerBytesPerChar[2], partnerSystemCodepage[5], partnerIP[16],
      partnerIPv6[46], reserved[17];
} RFC_ATTRIBUTES;

#define ASSERT_OFFSET(type, member, offset) _Static_assert(offsetof(type, member) == (offset), #type "." #member)

_Static_assert(sizeof(SAP_UC) == 2, "UTF-16");
_Static_assert(sizeof(int) == 4 && sizeof(long long) == 8 && sizeof(void *) == 8, "LP64");

ASSERT_OFFSET(RFC_ERROR_INFO, group, 4);
ASSERT_OFFSET(RFC_ERROR_INFO, key, 8);
ASSERT_OFFSET(RFC_ERROR_INFO, message, 264);
ASSERT_OFFSET(RFC_ERROR_INFO, abapMsgClass, 1288);
ASSERT_OFFSET(RFC_ERROR_INFO, abapMsgType, 1330);
ASSERT_OFFSET(RFC_ERROR_INFO, abapMsgNumber, 1334);
ASSERT_OFFSET(RFC_ERROR_INFO, abapMsgV1, 1342);
ASSERT_OFFSET(RFC_ERROR_INFO, abapMsgV4, 1648);
_Static_assert(sizeof(RFC_ERROR_INFO) == 1752, "RFC_ERROR_INFO");

ASSERT_OFFSET(RFC_PARAMETER_DESC, type, 0x40);
ASSERT_OFFSET(RFC_PARAMETER_DESC, direction, 0x44);
ASSERT_OFFSET(RFC_PARAMETER_DESC, nucLength, 0x48);
ASSERT_OFFSET(RFC_PARAMETER_DESC, typeDescHandle, 0x58);
_Static_assert(sizeof(RFC_PARAMETER_DESC) == 328, "RFC_PARAMETER_DESC");

ASSERT_OFFSET(RFC_FIELD_DESC, type, 0x40);
ASSERT_OFFSET(RFC_FIELD_DESC, nucLength, 0x44);
ASSERT_OFFSET(RFC_FIELD_DESC, typeDescHandle, 0x58);
_Static_assert(sizeof(RFC_FIELD_DESC) == 104, "RFC_FIELD_DESC");

ASSERT_OFFSET(RFC_ATTRIBUTES, host, 0x82);
ASSERT_OFFSET(RFC_ATTRIBUTES, sysId, 0x21c);
ASSERT_OFFSET(RFC_ATTRIBUTES, codepage, 0x260);
_Static_assert(sizeof(RFC_ATTRIBUTES) == 1118, "RFC_ATTRIBUTES");

#endif
