#include <stdlib.h>
#include <string.h>

#include "api.h"
#include "dial.h"
#include "errors.h"
#include "metadata.h"
#include "settings.h"
#include "throughput.h"
#include "transport.h"
#include "utf16.h"

static Type *describe(Connection *connection, const char *name, RFC_ERROR_INFO *error) {
  Buffer request = {0};
  Reply reply;
  int64_t start = now_us();
  buffer_add_text(&request, "{\"op\":\"describe\",\"function\":");
  buffer_add_json(&request, name, strlen(name));
  buffer_add_text(&request, "}\n");
  trace("-> describe %s", name);
  RFC_RC code = transact(connection, &request, NO_TIMEOUT, &reply, error);
  buffer_free(&request);
  throughput_add(connection, &(Usage){.calls = 1,
                                      .sent_bytes = reply.sent_bytes,
                                      .received_bytes = reply.received_bytes,
                                      .total_us = (unsigned long long)(now_us() - start)});
  if (code != RFC_OK) return NULL;
  Type *function = function_from_json(reply.root, name, connection->repository, error);
  json_free(reply.document);
  return function == NULL ? NULL : cache_function(function);
}

void *RfcGetFunctionDesc(void *handle, const SAP_UC *name, RFC_ERROR_INFO *error) {
  RFC_ERROR_INFO own;
  if (error == NULL) error = &own;
  Connection *connection = connection_acquire(handle);
  if (connection == NULL) {
    report_bad_handle(error, "RFC_CONNECTION_HANDLE");
    return NULL;
  }
  Type *function = cached_function(connection->repository, name);
  if (function == NULL) {
    char *text = utf16_to_new_utf8(name);
    if (text == NULL) report_no_memory(error);
    else function = describe(connection, text, error);
    free(text);
  }
  connection_release(connection);
  if (function != NULL) report_ok(error);
  return function;
}

static Type *as_type(void *handle, TypeKind kind) {
  Type *type = handle;
  return type != NULL && type->kind == kind ? type : NULL;
}

static RFC_RC report_no_function(RFC_ERROR_INFO *error) { return report_bad_handle(error, "RFC_FUNCTION_DESC_HANDLE"); }

static RFC_RC report_no_type(RFC_ERROR_INFO *error) { return report_bad_handle(error, "RFC_TYPE_DESC_HANDLE"); }

RFC_RC RfcGetFunctionName(void *handle, SAP_UC *name, RFC_ERROR_INFO *error) {
  const Type *function = as_type(handle, DESCRIBES_FUNCTION);
  if (function == NULL) return report_no_function(error);
  memcpy(name, function->name, sizeof function->name);
  return report_ok(error);
}

RFC_RC RfcGetParameterCount(void *handle, unsigned *count, RFC_ERROR_INFO *error) {
  const Type *function = as_type(handle, DESCRIBES_FUNCTION);
  *count = function == NULL ? 0 : function->count;
  return function == NULL ? report_no_function(error) : report_ok(error);
}

static void fill_parameter(RFC_PARAMETER_DESC *out, const Field *field) {
  memset(out, 0, sizeof *out);
  memcpy(out->name, field->name, sizeof field->name);
  out->type = field->type;
  out->direction = field->direction;
  out->nucLength = field->nuc_length;
  out->ucLength = field->uc_length;
  out->decimals = field->decimals;
  out->typeDescHandle = field->line;
  memcpy(out->defaultValue, field->default_value, sizeof field->default_value);
  memcpy(out->parameterText, field->text, sizeof field->text);
  out->optional = field->is_optional;
}

static void fill_field(RFC_FIELD_DESC *out, const Field *field) {
  memset(out, 0, sizeof *out);
  memcpy(out->name, field->name, sizeof field->name);
  out->type = field->type;
  out->nucLength = field->nuc_length;
  out->nucOffset = field->nuc_offset;
  out->ucLength = field->uc_length;
  out->ucOffset = field->uc_offset;
  out->decimals = field->decimals;
  out->typeDescHandle = field->line;
}

RFC_RC RfcGetParameterDescByIndex(void *handle, unsigned index, RFC_PARAMETER_DESC *out, RFC_ERROR_INFO *error) {
  const Type *function = as_type(handle, DESCRIBES_FUNCTION);
  if (function == NULL) return report_no_function(error);
  if (index >= function->count)
    return report(error, RFC_INVALID_PARAMETER, "parameter index %u out of range", index);
  fill_parameter(out, &function->fields[index]);
  return report_ok(error);
}

RFC_RC RfcGetParameterDescByName(void *handle, const SAP_UC *name, RFC_PARAMETER_DESC *out, RFC_ERROR_INFO *error) {
  const Type *function = as_type(handle, DESCRIBES_FUNCTION);
  if (function == NULL) return report_no_function(error);
  const Field *field = find_field(function, name);
  memset(out, 0, sizeof *out);
  if (field == NULL) return report_no_field(error, name);
  fill_parameter(out, field);
  return report_ok(error);
}

RFC_RC RfcGetFieldCount(void *handle, unsigned *count, RFC_ERROR_INFO *error) {
  const Type *type = as_type(handle, DESCRIBES_LINE);
  *count = type == NULL ? 0 : type->count;
  return type == NULL ? report_no_type(error) : report_ok(error);
}

RFC_RC RfcGetFieldDescByIndex(void *handle, unsigned index, RFC_FIELD_DESC *out, RFC_ERROR_INFO *error) {
  const Type *type = as_type(handle, DESCRIBES_LINE);
  if (type == NULL) return report_no_type(error);
  if (index >= type->count) return report(error, RFC_INVALID_PARAMETER, "field index %u out of range", index);
  fill_field(out, &type->fields[index]);
  return report_ok(error);
}

RFC_RC RfcGetFieldDescByName(void *handle, const SAP_UC *name, RFC_FIELD_DESC *out, RFC_ERROR_INFO *error) {
  const Type *type = as_type(handle, DESCRIBES_LINE);
  /* The addon reads the name even after a failure. */
  memset(out, 0, sizeof *out);
  if (type == NULL) return report_no_type(error);
  const Field *field = find_field(type, name);
  if (field == NULL) return report_no_field(error, name);
  fill_field(out, field);
  return report_ok(error);
}
