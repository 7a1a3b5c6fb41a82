#include "errors.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "settings.h"
#include "utf16.h"

#define NAMED(name) [RFC_##name] = u"RFC_" #name

static const SAP_UC *const names[RFC_CODE_COUNT] = {
    NAMED(OK),
    NAMED(COMMUNICATION_FAILURE),
    NAMED(LOGON_FAILURE),
    NAMED(ABAP_RUNTIME_FAILURE),
    NAMED(ABAP_MESSAGE),
    NAMED(ABAP_EXCEPTION),
    NAMED(CLOSED),
    NAMED(CANCELED),
    NAMED(TIMEOUT),
    NAMED(MEMORY_INSUFFICIENT),
    NAMED(VERSION_MISMATCH),
    NAMED(INVALID_PROTOCOL),
    NAMED(SERIALIZATION_FAILURE),
    NAMED(INVALID_HANDLE),
    NAMED(RETRY),
    NAMED(EXTERNAL_FAILURE),
    NAMED(EXECUTED),
    NAMED(NOT_FOUND),
    NAMED(NOT_SUPPORTED),
    NAMED(ILLEGAL_STATE),
    NAMED(INVALID_PARAMETER),
    NAMED(CODEPAGE_CONVERSION_FAILURE),
    NAMED(CONVERSION_FAILURE),
    NAMED(BUFFER_TOO_SMALL),
    NAMED(TABLE_MOVE_BOF),
    NAMED(TABLE_MOVE_EOF),
    NAMED(START_SAPGUI_FAILURE),
    NAMED(ABAP_CLASS_EXCEPTION),
    NAMED(UNKNOWN_ERROR),
    NAMED(AUTHORIZATION_FAILURE),
    NAMED(AUTHENTICATION_FAILURE),
    NAMED(CRYPTOLIB_FAILURE),
    NAMED(IO_FAILURE),
    NAMED(LOCKING_FAILURE),
};

const SAP_UC *code_name(RFC_RC code) { return code >= 0 && code < RFC_CODE_COUNT ? names[code] : NULL; }

static int usual_group(RFC_RC code) {
  switch (code) {
    case RFC_OK:
      return GROUP_OK;
    case RFC_COMMUNICATION_FAILURE:
    case RFC_CLOSED:
    case RFC_CANCELED:
    case RFC_TIMEOUT:
      return GROUP_COMMUNICATION;
    case RFC_LOGON_FAILURE:
      return GROUP_LOGON;
    case RFC_ABAP_RUNTIME_FAILURE:
    case RFC_ABAP_MESSAGE:
      return GROUP_ABAP_RUNTIME;
    case RFC_ABAP_EXCEPTION:
    case RFC_ABAP_CLASS_EXCEPTION:
      return GROUP_ABAP_APPLICATION;
    default:
      return GROUP_EXTERNAL_RUNTIME;
  }
}

RFC_RC report_ok(RFC_ERROR_INFO *error) {
  if (error != NULL) memset(error, 0, sizeof *error);
  return RFC_OK;
}

static void fill(RFC_ERROR_INFO *error, RFC_RC code, const char *message) {
  trace("error %d: %s", code, message);
  if (error == NULL) return;
  memset(error, 0, sizeof *error);
  error->code = code;
  error->group = usual_group(code);
  memcpy(error->key, names[code], utf16_length(names[code]) * sizeof(SAP_UC));
  UTF16_PUT(error->message, message);
}

RFC_RC report(RFC_ERROR_INFO *error, RFC_RC code, const char *format, ...) {
  char message[1600];
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(message, sizeof message, format, arguments);
  va_end(arguments);
  fill(error, code, message);
  return code;
}

RFC_RC report_reply(RFC_ERROR_INFO *error, const Json *reply) {
  long code = json_integer(reply, "code", 0), group = json_integer(reply, "group", 0);
  if (code <= RFC_OK || code >= RFC_CODE_COUNT) code = RFC_UNKNOWN_ERROR;
  fill(error, (RFC_RC)code, json_text(reply, "message", ""));
  if (error == NULL) return (RFC_RC)code;
  if (group > GROUP_OK && group < GROUP_COUNT) error->group = (int)group;
  const char *key = json_text(reply, "key", NULL);
  if (key != NULL) UTF16_PUT(error->key, key);
  UTF16_PUT(error->abapMsgClass, json_text(reply, "abapMsgClass", ""));
  UTF16_PUT(error->abapMsgType, json_text(reply, "abapMsgType", ""));
  UTF16_PUT(error->abapMsgNumber, json_text(reply, "abapMsgNumber", ""));
  UTF16_PUT(error->abapMsgV1, json_text(reply, "abapMsgV1", ""));
  UTF16_PUT(error->abapMsgV2, json_text(reply, "abapMsgV2", ""));
  UTF16_PUT(error->abapMsgV3, json_text(reply, "abapMsgV3", ""));
  UTF16_PUT(error->abapMsgV4, json_text(reply, "abapMsgV4", ""));
  return (RFC_RC)code;
}

RFC_RC report_bad_handle(RFC_ERROR_INFO *error, const char *kind) {
  return report(error, RFC_INVALID_HANDLE, "An invalid handle '%s' was passed to the API call", kind);
}

RFC_RC report_no_memory(RFC_ERROR_INFO *error) { return report(error, RFC_MEMORY_INSUFFICIENT, "Out of memory"); }

RFC_RC report_no_field(RFC_ERROR_INFO *error, const SAP_UC *name) {
  char *text = utf16_to_new_utf8(name);
  if (text == NULL) return report_no_memory(error);
  report(error, RFC_INVALID_PARAMETER, "field '%s' not found", text);
  free(text);
  return RFC_INVALID_PARAMETER;
}
