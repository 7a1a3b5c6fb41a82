#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "api.h"
#include "check.h"
#include "peer.h"
#include "settings.h"

enum { REQUEST_BYTES = 8192 };

static pthread_mutex_t keeping = PTHREAD_MUTEX_INITIALIZER;
static char kept[REQUEST_BYTES];

static const char *answer_and_keep(const char *request) {
  if (strstr(request, "\"op\":\"invoke\"") == NULL) return answer_rightly(request);
  pthread_mutex_lock(&keeping);
  snprintf(kept, sizeof kept, "%s", request);
  pthread_mutex_unlock(&keeping);
  return answer_rightly(request);
}

/* The call that the peer was last asked for. */
static const char *last_request(char out[REQUEST_BYTES]) {
  pthread_mutex_lock(&keeping);
  memcpy(out, kept, sizeof kept);
  pthread_mutex_unlock(&keeping);
  return out;
}

static void check_request(void) {
  char request[REQUEST_BYTES];
  CHECK_TEXT(last_request(request),
             "{\"op\":\"invoke\",\"function\":\"Z_ALL\",\"params\":{\"LINES\":[\"line\"],\"IN\":{\"C\":\"abc\",\"N\":\"00042\","
             "\"D\":\"20250131\",\"T\":\"1234  \",\"S\":\"a \\\"quoted\\\"\\u000a text ✓\",\"X\":\"c0ffee01\","
             "\"XS\":\"c0ffee010203\",\"P\":\"-1.01\",\"D16\":\"1.5E3\",\"D34\":\"7\",\"F\":0.25,\"I\":-5,\"I1\":200,"
             "\"I2\":-32768,\"I8\":\"9007199254740993\",\"U\":\"2025-01-31T10:20:30,1234567\","
             "\"SUB\":{\"K\":\"\",\"V\":0},\"TAB\":[{\"K\":\"\",\"V\":7}]}},\"inactive\":[]}\n");
}

static void check_text_of(void *container, const SAP_UC *name, const char *expected) {
  SAP_UC text[64];
  unsigned length;
  CHECK_CODE(RfcGetString(container, name, text, 64, &length, NULL), RFC_OK);
  CHECK(says(text, expected));
}

static void check_out(void *function) {
  void *out = NULL, *rows = NULL;
  double number;
  long long i8;
  int i;
  unsigned count;
  SAP_UC padded[6] = {0};
  RFC_BYTE bytes[5];
  CHECK_CODE(RfcGetStructure(function, u"OUT", &out, NULL), RFC_OK);
  CHECK_CODE(RfcGetChars(out, u"C", padded, 5, NULL), RFC_OK);
  CHECK(says(padded, "abc  "));
  check_text_of(out, u"S", "text ✓ 😀");
  check_text_of(out, u"P", "-12.35");
  check_text_of(out, u"D16", "1.5E3");
  check_text_of(out, u"U", "2025-01-31T10:20:30,1234567");
  CHECK(RfcGetFloat(out, u"F", &number, NULL) == RFC_OK && number > 0.09 && number < 0.11);
  CHECK(RfcGetInt8(out, u"I8", &i8, NULL) == RFC_OK && i8 == 9007199254740993);
  CHECK(RfcGetInt(out, u"I2", &i, NULL) == RFC_OK && i == -32768);
  CHECK(RfcGetXString(out, u"XS", bytes, 5, &count, NULL) == RFC_OK && count == 5 && bytes[4] == 1);
  CHECK_CODE(RfcGetXString(out, u"XS", bytes, 4, &count, NULL), RFC_BUFFER_TOO_SMALL);
  CHECK_CODE(RfcGetInt(out, u"S", &i, NULL), RFC_CONVERSION_FAILURE);
  CHECK_CODE(RfcGetTable(function, u"ROWS", &rows, NULL), RFC_OK);
  CHECK(RfcGetRowCount(rows, &count, NULL) == RFC_OK && count == 2);
  CHECK_CODE(RfcMoveTo(rows, 2, NULL), RFC_TABLE_MOVE_EOF);
  CHECK_CODE(RfcMoveTo(rows, 1, NULL), RFC_OK);
  check_text_of(rows, u"P", "0.00");
  check_text_of(rows, u"D", "00000000");
  CHECK(RfcDeleteCurrentRow(rows, NULL) == RFC_OK && RfcDeleteCurrentRow(rows, NULL) == RFC_OK);
  CHECK_CODE(RfcDeleteCurrentRow(rows, NULL), RFC_TABLE_MOVE_EOF);
  CHECK_CODE(RfcGetInt(rows, u"I", &i, NULL), RFC_TABLE_MOVE_EOF);
}

static void check_refused_values(void *function) {
  RFC_ERROR_INFO error;
  void *in = NULL;
  CHECK_CODE(RfcGetStructure(function, u"IN", &in, &error), RFC_OK);
  CHECK_CODE(RfcSetString(in, u"P", u"12x", 3, &error), RFC_CONVERSION_FAILURE);
  CHECK(says(error.message, "Cannot convert string value 12x at position 2 for the field P to type RFCTYPE_BCD"));
  CHECK_CODE(RfcSetString(in, u"P", u"12345678.9", 10, &error), RFC_CONVERSION_FAILURE);
  CHECK_CODE(RfcSetString(in, u"F", u"1e999", 5, &error), RFC_CONVERSION_FAILURE);
  CHECK_CODE(RfcSetString(in, u"U", u"2025", 4, &error), RFC_CONVERSION_FAILURE);
  CHECK_CODE(RfcSetString(in, u"I", u"1", 1, &error), RFC_CONVERSION_FAILURE);
  CHECK_CODE(RfcSetNum(in, u"N", u"1a", 2, &error), RFC_CONVERSION_FAILURE);
  CHECK_CODE(RfcSetNum(in, u"N", u"123456", 6, &error), RFC_BUFFER_TOO_SMALL);
  CHECK_CODE(RfcSetNum(in, u"N", u"000123", 6, &error), RFC_OK);
  CHECK_CODE(RfcSetInt(in, u"I1", -1, &error), RFC_CONVERSION_FAILURE);
  CHECK_CODE(RfcSetInt(in, u"I2", 40000, &error), RFC_CONVERSION_FAILURE);
  CHECK_CODE(RfcSetInt(in, u"NOPE", 1, &error), RFC_INVALID_PARAMETER);
  CHECK(says(error.message, "field 'NOPE' not found"));
  CHECK_CODE(RfcSetString(in, u"C", u"abcdefg", 7, &error), RFC_OK);
  check_text_of(in, u"C", "abcde");
}

static void check_handles(void *connection, void *function) {
  RFC_ERROR_INFO error;
  void *type = RfcDescribeFunction(function, &error), *out = NULL;
  RFC_PARAMETER_DESC parameter;
  RFC_FIELD_DESC field;
  SAP_UC name[NAME_UNITS];
  unsigned count;
  CHECK(RfcGetFunctionName(type, name, &error) == RFC_OK && says(name, "Z_ALL"));
  CHECK(RfcGetParameterDescByName(type, u"IN", &parameter, &error) == RFC_OK && parameter.optional == 0);
  CHECK(says(parameter.defaultValue, "none") && says(parameter.parameterText, "A text"));
  CHECK(parameter.direction == DIRECTION_IMPORT && parameter.type == TYPE_STRUCTURE);
  CHECK(RfcGetFieldDescByName(parameter.typeDescHandle, u"P", &field, &error) == RFC_OK && field.decimals == 2);
  CHECK_CODE(RfcGetFieldDescByName(parameter.typeDescHandle, u"PP", &field, &error), RFC_INVALID_PARAMETER);
  CHECK_CODE(RfcGetFieldDescByIndex(parameter.typeDescHandle, 99, &field, &error), RFC_INVALID_PARAMETER);
  CHECK_CODE(RfcGetParameterDescByIndex(type, 99, &parameter, &error), RFC_INVALID_PARAMETER);
  CHECK_CODE(RfcGetFieldCount(type, &count, &error), RFC_INVALID_HANDLE);
  CHECK_CODE(RfcGetStructure(function, u"OUT", &out, &error), RFC_OK);
  CHECK_CODE(RfcInvoke(connection, out, &error), RFC_INVALID_HANDLE);
  CHECK_CODE(RfcInvoke(NULL, function, &error), RFC_INVALID_HANDLE);
  CHECK_CODE(RfcDestroyFunction(out, &error), RFC_INVALID_HANDLE);
  CHECK_CODE(RfcGetRowCount(out, &count, &error), RFC_INVALID_HANDLE);
  CHECK(RfcAppendNewRow(out, &error) == NULL && error.code == RFC_INVALID_HANDLE);
  CHECK(RfcCreateFunction(NULL, &error) == NULL && error.code == RFC_INVALID_HANDLE);
  CHECK_CODE(RfcLaunchServer(NULL, &error), RFC_NOT_SUPPORTED);
}

static void check_inactive(void *connection, void *function) {
  RFC_ERROR_INFO error;
  char request[REQUEST_BYTES];
  void *rows = NULL;
  unsigned count;
  CHECK_CODE(RfcSetParameterActive(function, u"ROWS", 0, &error), RFC_OK);
  CHECK_CODE(RfcSetParameterActive(function, u"NOPE", 0, &error), RFC_INVALID_PARAMETER);
  CHECK_CODE(RfcInvoke(connection, function, &error), RFC_OK);
  CHECK(strstr(last_request(request), "\"inactive\":[\"ROWS\"]") != NULL);
  CHECK(RfcGetTable(function, u"ROWS", &rows, NULL) == RFC_OK);
  CHECK(RfcGetRowCount(rows, &count, NULL) == RFC_OK && count == 0);
}

static void check_throughput(void *connection, void *function) {
  RFC_ERROR_INFO error;
  unsigned long long number = 0;
  void *throughput = RfcCreateThroughput(&error);
  CHECK_CODE(RfcSetThroughputOnConnection(connection, throughput, &error), RFC_OK);
  CHECK(RfcGetThroughputFromConnection(connection, &error) == throughput);
  CHECK_CODE(RfcInvoke(connection, function, &error), RFC_OK);
  CHECK(RfcGetNumberOfCalls(throughput, &number, &error) == RFC_OK && number == 1);
  CHECK(RfcGetReceivedBytes(throughput, &number, &error) == RFC_OK && number == strlen(right_reply) + 1);
  CHECK_CODE(RfcResetThroughput(throughput, &error), RFC_OK);
  CHECK_CODE(RfcDestroyThroughput(throughput, &error), RFC_OK);
  CHECK(RfcGetThroughputFromConnection(connection, &error) == NULL && error.code == RFC_OK);
  CHECK_CODE(RfcGetTotalTime(throughput, &number, &error), RFC_INVALID_HANDLE);
  CHECK_CODE(RfcInvoke(connection, function, &error), RFC_OK);
}

void check_calls(void) {
  RFC_ERROR_INFO error;
  Peer *peer = peer_start(answer_and_keep);
  void *connection = open_connection(&error), *function = make_function(connection, u"Z_ALL", &error);
  RFC_ATTRIBUTES attributes;
  CHECK(RfcGetConnectionAttributes(connection, &attributes, &error) == RFC_OK && says(attributes.sysId, "CHK"));
  CHECK(says(attributes.user, "TESTER") && says(attributes.client, "100"));
  CHECK_CODE(RfcInvoke(connection, function, &error), RFC_OK);
  check_request();
  check_out(function);
  check_refused_values(function);
  check_handles(connection, function);
  check_inactive(connection, function);
  check_throughput(connection, function);
  CHECK_CODE(RfcPing(connection, &error), RFC_OK);
  CHECK_CODE(RfcResetServerContext(connection, &error), RFC_OK);
  CHECK_CODE(RfcDestroyFunction(function, &error), RFC_OK);
  CHECK_CODE(RfcCloseConnection(connection, &error), RFC_OK);
  CHECK_CODE(RfcCloseConnection(connection, &error), RFC_INVALID_HANDLE);
  CHECK_CODE(RfcPing(connection, &error), RFC_INVALID_HANDLE);
  peer_stop(peer);
}
