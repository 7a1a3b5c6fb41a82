/* Requests and replies, one line each way. */
#ifndef STANDIN_TRANSPORT_H
#define STANDIN_TRANSPORT_H

#include "buffer.h"
#include "json.h"
#include "registry.h"

typedef struct {
  /* To be freed by the caller, on which the root lives. */
  JsonDocument *document;
  const Json *root;
  size_t sent_bytes, received_bytes;
} Reply;

enum { NO_TIMEOUT = -1 };

/* Sends a request and reads the reply. Without a time-out it waits as long as the function runs, as SAP's
 * library does: RfcCancel and RfcCloseConnection end the wait. The error must not be NULL. A connection that
 * is of no use afterwards loses its handle. */
RFC_RC transact(Connection *connection, const Buffer *request, int timeout_ms, Reply *reply, RFC_ERROR_INFO *error);

#endif
