#include "throughput.h"

#include <stdlib.h>

#include "api.h"
#include "errors.h"

/* All under the lock of the registry: a call that ends adds to what another thread may destroy. */
struct Throughput {
  Throughput *next;
  Usage usage;
};

static Throughput *throughputs;

static Throughput **find(const void *handle) {
  Throughput **link = &throughputs;
  while (*link != NULL && *link != handle) link = &(*link)->next;
  return link;
}

static void add(Usage *total, const Usage *more) {
  total->calls += more->calls;
  total->sent_bytes += more->sent_bytes;
  total->received_bytes += more->received_bytes;
  total->total_us += more->total_us;
  total->serialization_us += more->serialization_us;
  total->deserialization_us += more->deserialization_us;
  total->application_us += more->application_us;
}

void throughput_add(const Connection *connection, const Usage *usage) {
  registry_lock();
  if (connection->throughput != NULL) add(&connection->throughput->usage, usage);
  registry_unlock();
}

void *RfcCreateThroughput(RFC_ERROR_INFO *error) {
  Throughput *throughput = calloc(1, sizeof *throughput);
  if (throughput == NULL) {
    report_no_memory(error);
    return NULL;
  }
  registry_lock();
  throughput->next = throughputs;
  throughputs = throughput;
  registry_unlock();
  report_ok(error);
  return throughput;
}

static RFC_RC outcome(bool is_found, const char *kind, RFC_ERROR_INFO *error) {
  return is_found ? report_ok(error) : report_bad_handle(error, kind);
}

RFC_RC RfcDestroyThroughput(void *handle, RFC_ERROR_INFO *error) {
  registry_lock();
  Throughput **link = find(handle), *throughput = *link;
  if (throughput != NULL) {
    *link = throughput->next;
    for (Connection *connection = registry_first(); connection != NULL; connection = connection->next)
      if (connection->throughput == throughput) connection->throughput = NULL;
  }
  registry_unlock();
  free(throughput);
  return outcome(throughput != NULL, "RFC_THROUGHPUT_HANDLE", error);
}

RFC_RC RfcResetThroughput(void *handle, RFC_ERROR_INFO *error) {
  registry_lock();
  Throughput *throughput = *find(handle);
  if (throughput != NULL) throughput->usage = (Usage){0};
  registry_unlock();
  return outcome(throughput != NULL, "RFC_THROUGHPUT_HANDLE", error);
}

/* With the lock held. */
static bool attach(const void *handle, Throughput *throughput) {
  Connection *connection = registry_first();
  while (connection != NULL && connection->handle != handle) connection = connection->next;
  if (connection != NULL) connection->throughput = throughput;
  return connection != NULL;
}

RFC_RC RfcSetThroughputOnConnection(void *connection, void *handle, RFC_ERROR_INFO *error) {
  registry_lock();
  Throughput *throughput = *find(handle);
  bool is_attached = throughput != NULL && attach(connection, throughput);
  registry_unlock();
  return outcome(is_attached, throughput == NULL ? "RFC_THROUGHPUT_HANDLE" : "RFC_CONNECTION_HANDLE", error);
}

RFC_RC RfcRemoveThroughputFromConnection(void *connection, RFC_ERROR_INFO *error) {
  registry_lock();
  bool is_detached = attach(connection, NULL);
  registry_unlock();
  return outcome(is_detached, "RFC_CONNECTION_HANDLE", error);
}

void *RfcGetThroughputFromConnection(void *handle, RFC_ERROR_INFO *error) {
  Connection *connection = connection_acquire(handle);
  if (connection == NULL) {
    report_bad_handle(error, "RFC_CONNECTION_HANDLE");
    return NULL;
  }
  registry_lock();
  Throughput *throughput = connection->throughput;
  registry_unlock();
  connection_release(connection);
  report_ok(error);
  return throughput;
}

static Usage usage_of(const void *handle, bool *is_found) {
  registry_lock();
  const Throughput *throughput = *find(handle);
  Usage usage = throughput == NULL ? (Usage){0} : throughput->usage;
  *is_found = throughput != NULL;
  registry_unlock();
  return usage;
}

#define READ_USAGE(function, member)                                                  \
  RFC_RC function(void *throughput, unsigned long long *out, RFC_ERROR_INFO *error) { \
    bool is_found;                                                                    \
    *out = usage_of(throughput, &is_found).member;                                    \
    return outcome(is_found, "RFC_THROUGHPUT_HANDLE", error);                         \
  }

READ_USAGE(RfcGetNumberOfCalls, calls)
READ_USAGE(RfcGetTotalTime, total_us)
READ_USAGE(RfcGetSerializationTime, serialization_us)
READ_USAGE(RfcGetDeserializationTime, deserialization_us)
READ_USAGE(RfcGetApplicationTime, application_us)
READ_USAGE(RfcGetSentBytes, sent_bytes)
READ_USAGE(RfcGetReceivedBytes, received_bytes)
