#include <stdlib.h>
#include <string.h>

#include "api.h"
#include "check.h"
#include "peer.h"

const char description[] =
    "{\"params\":["
    "{\"name\":\"LINES\",\"dir\":\"CHANGING\",\"type\":\"TABLE\",\"line\":\"BARE\",\"optional\":true},"
    "{\"name\":\"OUT\",\"dir\":\"EXPORT\",\"type\":\"STRUCTURE\",\"line\":\"ALL\"},"
    "{\"name\":\"IN\",\"dir\":\"IMPORT\",\"type\":\"STRUCTURE\",\"line\":\"ALL\",\"default\":\"none\",\"text\":\"A text\"},"
    "{\"name\":\"ROWS\",\"dir\":\"TABLES\",\"type\":\"TABLE\",\"line\":\"ALL\"}],"
    "\"types\":{\"BARE\":[{\"name\":\"\",\"type\":\"STRING\"}],"
    "\"PAIR\":[{\"name\":\"K\",\"type\":\"CHAR\",\"length\":2},{\"name\":\"V\",\"type\":\"INT\"}],"
    "\"ALL\":[{\"name\":\"C\",\"type\":\"CHAR\",\"length\":5},{\"name\":\"N\",\"type\":\"NUM\",\"length\":5},"
    "{\"name\":\"D\",\"type\":\"DATE\"},{\"name\":\"T\",\"type\":\"TIME\"},{\"name\":\"S\",\"type\":\"STRING\"},"
    "{\"name\":\"X\",\"type\":\"BYTE\",\"length\":4},{\"name\":\"XS\",\"type\":\"XSTRING\"},"
    "{\"name\":\"P\",\"type\":\"BCD\",\"length\":5,\"decimals\":2},{\"name\":\"D16\",\"type\":\"DECF16\"},"
    "{\"name\":\"D34\",\"type\":\"DECF34\"},{\"name\":\"F\",\"type\":\"FLOAT\"},{\"name\":\"I\",\"type\":\"INT\"},"
    "{\"name\":\"I1\",\"type\":\"INT1\"},{\"name\":\"I2\",\"type\":\"INT2\"},{\"name\":\"I8\",\"type\":\"INT8\"},"
    "{\"name\":\"U\",\"type\":\"UTCLONG\"},{\"name\":\"SUB\",\"type\":\"STRUCTURE\",\"line\":\"PAIR\"},"
    "{\"name\":\"TAB\",\"type\":\"TABLE\",\"line\":\"PAIR\"}]}}";

#define ALL_FIELDS                                                                                     \
  "\"C\":\"abc\",\"N\":\"00042\",\"D\":\"20250131\",\"T\":\"235959\",\"S\":\"text \\u2713 \\ud83d\\ude00\"," \
  "\"X\":\"c0ffee00\",\"XS\":\"deadbeef01\",\"P\":\"-12.345\",\"D16\":\"1.5e3\",\"D34\":\"12345678901234567890.12\"," \
  "\"F\":0.1,\"I\":-5,\"I1\":200,\"I2\":-32768,\"I8\":\"9007199254740993\",\"U\":\"2025-01-31T10:20:30.1234567\"," \
  "\"SUB\":{\"K\":\"k\",\"V\":1},\"TAB\":[{\"K\":\"a\",\"V\":2},{\"K\":\"b\",\"V\":3}]"

const char right_reply[] =
    "{\"params\":{\"LINES\":[\"one\",\"two\"],\"OUT\":{" ALL_FIELDS "},\"ROWS\":[{" ALL_FIELDS "},{}]}}";

const char *answer_rightly(const char *request) {
  if (strstr(request, "\"op\":\"open\"") != NULL) return "{\"attributes\":{\"sysId\":\"CHK\",\"user\":\"TESTER\"}}";
  if (strstr(request, "\"op\":\"describe\"") != NULL) return description;
  return strstr(request, "\"op\":\"invoke\"") != NULL ? right_reply : "{}";
}

void *open_connection(RFC_ERROR_INFO *error) {
  static const RFC_CONNECTION_PARAMETER parameters[] = {
      {u"ASHOST", u"127.0.0.1"}, {u"SYSNR", u"00"}, {u"client", u"100"}, {u"user", u"TESTER"}, {u"passwd", u"s\"crét"}};
  return RfcOpenConnection(parameters, sizeof parameters / sizeof *parameters, error);
}

static void set_all(void *structure) {
  static const RFC_BYTE bytes[] = {0xc0, 0xff, 0xee, 0x01, 0x02, 0x03};
  void *row = NULL;
  RfcSetString(structure, u"C", u"abc", 3, NULL);
  RfcSetNum(structure, u"N", u"42", 2, NULL);
  RfcSetDate(structure, u"D", u"20250131", NULL);
  RfcSetTime(structure, u"T", u"1234", NULL);
  RfcSetString(structure, u"S", u"a \"quoted\"\n text \u2713", 18, NULL);
  RfcSetBytes(structure, u"X", bytes, sizeof bytes, NULL);
  RfcSetXString(structure, u"XS", bytes, sizeof bytes, NULL);
  RfcSetString(structure, u"P", u"-1.005", 6, NULL);
  RfcSetString(structure, u"D16", u"1.5e3", 5, NULL);
  RfcSetString(structure, u"D34", u"7", 1, NULL);
  RfcSetString(structure, u"F", u"0.25", 4, NULL);
  RfcSetInt(structure, u"I", -5, NULL);
  RfcSetInt(structure, u"I1", 200, NULL);
  RfcSetInt(structure, u"I2", -32768, NULL);
  RfcSetInt8(structure, u"I8", 9007199254740993, NULL);
  RfcSetString(structure, u"U", u"2025-01-31T10:20:30.1234567", 27, NULL);
  if (RfcGetTable(structure, u"TAB", &row, NULL) == RFC_OK && (row = RfcAppendNewRow(row, NULL)) != NULL)
    RfcSetInt(row, u"V", 7, NULL);
}

void *make_function(void *connection, const SAP_UC *name, RFC_ERROR_INFO *error) {
  void *function_type = RfcGetFunctionDesc(connection, name, error);
  void *function = function_type == NULL ? NULL : RfcCreateFunction(function_type, error);
  void *nested = NULL;
  if (function == NULL) return NULL;
  if (RfcGetStructure(function, u"IN", &nested, NULL) == RFC_OK) set_all(nested);
  if (RfcGetTable(function, u"LINES", &nested, NULL) == RFC_OK && RfcAppendNewRow(nested, NULL) != NULL)
    RfcSetString(nested, u"", u"line", 4, NULL);
  RfcSetParameterActive(function, u"ROWS", 0, error);
  RfcSetParameterActive(function, u"ROWS", 1, error);
  return function;
}

/* Buffers of the size that the addon allocates, so that a sanitizer sees what it would overrun. */
static void read_value(void *container, const SAP_UC *name, int type, unsigned length) {
  unsigned written = 0, wanted = 0;
  union {
    double number;
    int i;
    RFC_BYTE i1;
    short i2;
    long long i8;
  } scalar;
  if (type == TYPE_STRING || type == TYPE_XSTRING) RfcGetStringLength(container, name, &wanted, NULL);
  else wanted = type == TYPE_BCD ? 2 * length + 1 : type == TYPE_UTCLONG ? UTCLONG_UNITS : 2 * length + 10;
  SAP_UC *text = malloc((wanted + 1) * sizeof *text), *exact = malloc(length * sizeof *exact + 1);
  RFC_BYTE *bytes = malloc(wanted + length + 1);
  if (text == NULL || exact == NULL || bytes == NULL) abort();
  switch (type) {
    case TYPE_CHAR: RfcGetChars(container, name, exact, length, NULL); break;
    case TYPE_NUM: RfcGetNum(container, name, exact, length, NULL); break;
    case TYPE_DATE: RfcGetDate(container, name, exact, NULL); break;
    case TYPE_TIME: RfcGetTime(container, name, exact, NULL); break;
    case TYPE_BYTE: RfcGetBytes(container, name, bytes, length, NULL); break;
    case TYPE_XSTRING: RfcGetXString(container, name, bytes, wanted, &written, NULL); break;
    case TYPE_FLOAT: RfcGetFloat(container, name, &scalar.number, NULL); break;
    case TYPE_INT: RfcGetInt(container, name, &scalar.i, NULL); break;
    case TYPE_INT1: RfcGetInt1(container, name, &scalar.i1, NULL); break;
    case TYPE_INT2: RfcGetInt2(container, name, &scalar.i2, NULL); break;
    case TYPE_INT8: RfcGetInt8(container, name, &scalar.i8, NULL); break;
    default: RfcGetString(container, name, text, wanted + 1, &written, NULL);
  }
  free(text);
  free(exact);
  free(bytes);
}

static void read_structure(void *type, void *structure, int depth);

static void read_field(void *container, const SAP_UC *name, int type, unsigned length, void *line, int depth) {
  void *nested = NULL;
  unsigned rows = 0;
  if (type == TYPE_STRUCTURE) {
    if (RfcGetStructure(container, name, &nested, NULL) == RFC_OK) read_structure(line, nested, depth);
  } else if (type == TYPE_TABLE) {
    if (RfcGetTable(container, name, &nested, NULL) != RFC_OK) return;
    RfcGetRowCount(nested, &rows, NULL);
    while (rows-- > 0) {
      RfcMoveTo(nested, rows, NULL);
      read_structure(line, nested, depth);
      RfcDeleteCurrentRow(nested, NULL);
    }
  } else {
    read_value(container, name, type, length);
  }
}

static void read_structure(void *type, void *structure, int depth) {
  RFC_FIELD_DESC field;
  unsigned count = 0;
  RfcGetFieldCount(type, &count, NULL);
  for (unsigned i = 0; i < count && depth < 20; i++)
    if (RfcGetFieldDescByIndex(type, i, &field, NULL) == RFC_OK)
      read_field(structure, field.name, field.type, field.nucLength, field.typeDescHandle, depth + 1);
}

void read_everything(void *function_type, void *container, int depth) {
  RFC_PARAMETER_DESC parameter;
  unsigned count = 0;
  RfcGetParameterCount(function_type, &count, NULL);
  for (unsigned i = 0; i < count; i++)
    if (RfcGetParameterDescByIndex(function_type, i, &parameter, NULL) == RFC_OK)
      read_field(container, parameter.name, parameter.type, parameter.nucLength, parameter.typeDescHandle, depth);
}
