#include <string.h>

#include "api.h"
#include "container.h"
#include "dial.h"
#include "errors.h"
#include "settings.h"
#include "throughput.h"
#include "transport.h"
#include "wire.h"

static RFC_RC report_no_function(RFC_ERROR_INFO *error) { return report_bad_handle(error, "RFC_FUNCTION_HANDLE"); }

void *RfcCreateFunction(void *description, RFC_ERROR_INFO *error) {
  Type *type = description;
  if (type == NULL || type->kind != DESCRIBES_FUNCTION) {
    report_bad_handle(error, "RFC_FUNCTION_DESC_HANDLE");
    return NULL;
  }
  Container *function = container_new(type, HOLDS_FUNCTION);
  if (function == NULL) report_no_memory(error);
  else report_ok(error);
  return function;
}

RFC_RC RfcDestroyFunction(void *handle, RFC_ERROR_INFO *error) {
  Container *function = as_container(handle, HOLDS_FUNCTION);
  if (function == NULL) return report_no_function(error);
  container_free(function);
  return report_ok(error);
}

void *RfcDescribeFunction(void *handle, RFC_ERROR_INFO *error) {
  const Container *function = as_container(handle, HOLDS_FUNCTION);
  if (function == NULL) {
    report_no_function(error);
    return NULL;
  }
  report_ok(error);
  return function->type;
}

RFC_RC RfcSetParameterActive(void *handle, const SAP_UC *name, int is_active, RFC_ERROR_INFO *error) {
  Container *function = as_container(handle, HOLDS_FUNCTION);
  if (function == NULL) return report_no_function(error);
  const Field *field = find_field(function->type, name);
  if (field == NULL) return report_no_field(error, name);
  function->is_inactive[field - function->type->fields] = is_active == 0;
  return report_ok(error);
}

static unsigned long long between(int64_t start, int64_t end) { return (unsigned long long)(end - start); }

static RFC_RC call(Connection *connection, Container *function, RFC_ERROR_INFO *error) {
  Buffer request = {0};
  Reply reply;
  int64_t start = now_us();
  encode_call(&request, function);
  trace("-> %.600s", request.has_failed ? "" : request.text);
  int64_t encoded = now_us();
  RFC_RC code = transact(connection, &request, NO_TIMEOUT, &reply, error);
  int64_t answered = now_us();
  buffer_free(&request);
  if (code == RFC_OK) code = decode_reply(function, json_member(reply.root, "params"), error);
  json_free(reply.document);
  int64_t end = now_us();
  throughput_add(connection, &(Usage){.calls = 1,
                                      .sent_bytes = reply.sent_bytes,
                                      .received_bytes = reply.received_bytes,
                                      .serialization_us = between(start, encoded),
                                      .application_us = between(encoded, answered),
                                      .deserialization_us = between(answered, end),
                                      .total_us = between(start, end)});
  return code;
}

RFC_RC RfcInvoke(void *handle, void *function_handle, RFC_ERROR_INFO *error) {
  RFC_ERROR_INFO own;
  if (error == NULL) error = &own;
  Container *function = as_container(function_handle, HOLDS_FUNCTION);
  if (function == NULL) return report_no_function(error);
  Connection *connection = connection_acquire(handle);
  if (connection == NULL) return report_bad_handle(error, "RFC_CONNECTION_HANDLE");
  RFC_RC code = call(connection, function, error);
  connection_release(connection);
  return code;
}
