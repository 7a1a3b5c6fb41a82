#include <string.h>
#include <time.h>
#include <unistd.h>

#include "api.h"
#include "dial.h"
#include "errors.h"
#include "parameters.h"
#include "settings.h"
#include "transport.h"
#include "utf16.h"

/* A logon that is not answered ends some day, as it does at SAP's gateway. */
enum { LOGON_MS = 60000 };

static void put(SAP_UC *out, size_t capacity, const char *text) { utf16_put(out, capacity, text == NULL ? "" : text); }

#define PUT(attribute, text) put(attributes->attribute, sizeof attributes->attribute / sizeof(SAP_UC), (text))

static void fill_attributes(RFC_ATTRIBUTES *attributes, const Parameters *parameters, const Json *reply) {
  const Json *given = json_member(reply, "attributes");
  char host[101] = "";
  gethostname(host, sizeof host - 1);
  PUT(dest, parameter(parameters, "dest"));
  PUT(host, host);
  PUT(partnerHost, json_text(given, "partnerHost", "rfcsim"));
  PUT(sysNumber, json_text(given, "sysNumber", parameter(parameters, "sysnr")));
  PUT(sysId, json_text(given, "sysId", "SIM"));
  PUT(client, parameter(parameters, "client"));
  PUT(user, json_text(given, "user", parameter(parameters, "user")));
  PUT(language, json_text(given, "language", "E"));
  PUT(isoLanguage, json_text(given, "isoLanguage", parameter(parameters, "lang")));
  PUT(trace, "0");
  PUT(codepage, "4103");
  PUT(partnerCodepage, "4103");
  PUT(rfcRole, "C");
  PUT(type, "E");
  PUT(partnerType, "3");
  PUT(rel, "753");
  PUT(partnerRel, json_text(given, "partnerRel", "757"));
  PUT(kernelRel, json_text(given, "kernelRel", "793"));
  PUT(cpicConvId, json_text(given, "cpicConvId", "00000000"));
  PUT(progName, json_text(given, "progName", "SAPLSYST"));
  PUT(partnerBytesPerChar, "2");
  PUT(partnerSystemCodepage, "4103");
  PUT(partnerIP, "127.0.0.1");
  PUT(partnerIPv6, "::ffff:127.0.0.1");
}

static void encode_open(Buffer *out, const Parameters *parameters) {
  buffer_add_text(out, "{\"op\":\"open\",\"params\":{");
  for (unsigned i = 0; i < parameters->count; i++) {
    if (i > 0) buffer_add(out, ",", 1);
    buffer_add_json(out, parameters->entries[i].name, strlen(parameters->entries[i].name));
    buffer_add(out, ":", 1);
    buffer_add_json(out, parameters->entries[i].value, strlen(parameters->entries[i].value));
  }
  buffer_add_text(out, "}}\n");
}

static RFC_RC log_on(Connection *connection, const Parameters *parameters, RFC_ERROR_INFO *error) {
  Buffer request = {0};
  Reply reply;
  encode_open(&request, parameters);
  /* Never the request itself: it holds the password. */
  trace("-> open");
  RFC_RC code = transact(connection, &request, LOGON_MS, &reply, error);
  buffer_free(&request);
  if (code != RFC_OK) return code;
  fill_attributes(&connection->attributes, parameters, reply.root);
  connection->repository = strdup(json_text(json_member(reply.root, "attributes"), "sysId", "SIM"));
  json_free(reply.document);
  return connection->repository == NULL ? report_no_memory(error) : RFC_OK;
}

static void *open_with(Parameters *parameters, RFC_ERROR_INFO *error) {
  const char *destination = parameter(parameters, "dest");
  if (destination != NULL && ini_apply(parameters, destination, error) != RFC_OK) return NULL;
  int socket = dial(parameters, error);
  if (socket < 0) return NULL;
  Connection *connection = connection_new(socket);
  if (connection == NULL) {
    report_no_memory(error);
    return NULL;
  }
  if (log_on(connection, parameters, error) != RFC_OK) {
    connection_release(connection);
    return NULL;
  }
  void *handle = connection_register(connection);
  trace("opened %p", handle);
  report_ok(error);
  return handle;
}

void *RfcOpenConnection(const RFC_CONNECTION_PARAMETER *given, unsigned count, RFC_ERROR_INFO *error) {
  RFC_ERROR_INFO own;
  Parameters parameters;
  if (error == NULL) error = &own;
  if (parameters_read(&parameters, given, count, error) != RFC_OK) return NULL;
  void *handle = open_with(&parameters, error);
  parameters_free(&parameters);
  return handle;
}

RFC_RC RfcCloseConnection(void *handle, RFC_ERROR_INFO *error) {
  Connection *connection = connection_acquire(handle);
  if (connection == NULL) return report_bad_handle(error, "RFC_CONNECTION_HANDLE");
  atomic_store(&connection->is_closed, true);
  connection_interrupt(connection);
  connection_remove(connection);
  trace("closed %p", handle);
  connection_release(connection);
  /* A real close takes a round trip. One that takes no time lets the addon's callback of it overtake the
   * callback of an earlier ping, which node-rfc's own tests rule out. */
  nanosleep(&(struct timespec){.tv_nsec = 2000000}, NULL);
  return report_ok(error);
}

/* Comes from another thread than the one that waits in the call. */
RFC_RC RfcCancel(void *handle, RFC_ERROR_INFO *error) {
  Connection *connection = connection_acquire(handle);
  if (connection == NULL) return report_bad_handle(error, "RFC_CONNECTION_HANDLE");
  trace("cancel %p", handle);
  atomic_store(&connection->is_canceled, true);
  connection_interrupt(connection);
  connection_release(connection);
  return report_ok(error);
}

static RFC_RC transact_plain(void *handle, const char *operation, RFC_ERROR_INFO *error) {
  RFC_ERROR_INFO own;
  Buffer request = {0};
  Reply reply;
  if (error == NULL) error = &own;
  Connection *connection = connection_acquire(handle);
  if (connection == NULL) return report_bad_handle(error, "RFC_CONNECTION_HANDLE");
  buffer_format(&request, "{\"op\":\"%s\"}\n", operation);
  trace("-> %s", operation);
  RFC_RC code = transact(connection, &request, NO_TIMEOUT, &reply, error);
  buffer_free(&request);
  json_free(reply.document);
  connection_release(connection);
  return code;
}

RFC_RC RfcPing(void *connection, RFC_ERROR_INFO *error) { return transact_plain(connection, "ping", error); }

RFC_RC RfcResetServerContext(void *connection, RFC_ERROR_INFO *error) {
  return transact_plain(connection, "reset", error);
}

RFC_RC RfcGetConnectionAttributes(void *handle, RFC_ATTRIBUTES *attributes, RFC_ERROR_INFO *error) {
  Connection *connection = connection_acquire(handle);
  if (connection == NULL) return report_bad_handle(error, "RFC_CONNECTION_HANDLE");
  *attributes = connection->attributes;
  connection_release(connection);
  return report_ok(error);
}
