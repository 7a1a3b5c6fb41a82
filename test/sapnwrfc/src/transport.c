#include "transport.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "dial.h"
#include "errors.h"
#include "settings.h"

enum { FIRST_INPUT_BYTES = 65536, MAX_INPUT_BYTES = 1 << 28, TRACED_BYTES = 600 };

static RFC_RC report_interrupted(const Connection *connection, RFC_ERROR_INFO *error) {
  if (atomic_load(&connection->is_canceled)) return report(error, RFC_CANCELED, "Connection was canceled.");
  return report(error, RFC_COMMUNICATION_FAILURE, "connection closed without message (CM_NO_DATA_RECEIVED)");
}

static RFC_RC report_broken(RFC_ERROR_INFO *error, const char *what, int failure) {
  return report(error, RFC_COMMUNICATION_FAILURE, "connection to partner broken: %s: %s", what, strerror(failure));
}

static RFC_RC await(const Connection *connection, short events, int64_t deadline_us, RFC_ERROR_INFO *error) {
  for (;;) {
    struct pollfd wanted[] = {{.fd = connection->socket, .events = events}, {.fd = connection->wake, .events = POLLIN}};
    int64_t left_ms = deadline_us < 0 ? -1 : (deadline_us - now_us()) / 1000;
    if (deadline_us >= 0 && left_ms <= 0)
      return report(error, RFC_COMMUNICATION_FAILURE, "no answer from partner (CM_DEALLOCATED_ABEND_TIMER)");
    int ready = poll(wanted, 2, (int)left_ms);
    if (ready < 0 && errno != EINTR) return report_broken(error, "poll", errno);
    if (ready <= 0) continue;
    return wanted[1].revents != 0 ? report_interrupted(connection, error) : RFC_OK;
  }
}

/* What lies there before a request is no reply to it: taking it for one would give a caller another's data. */
static RFC_RC check_idle(const Connection *connection, RFC_ERROR_INFO *error) {
  char byte;
  if (atomic_load(&connection->is_canceled) || atomic_load(&connection->is_closed))
    return report_interrupted(connection, error);
  ssize_t waiting = recv(connection->socket, &byte, 1, MSG_PEEK);
  if (waiting == 0) return report_interrupted(connection, error);
  if (waiting > 0 || connection->input_length > 0)
    return report(error, RFC_INVALID_PROTOCOL, "rfcsim: the partner sent what nobody asked for");
  return errno == EAGAIN || errno == EINTR ? RFC_OK : report_broken(error, "recv", errno);
}

static RFC_RC send_all(const Connection *connection, const Buffer *request, int64_t deadline_us,
                       RFC_ERROR_INFO *error) {
  for (size_t sent = 0; sent < request->length;) {
    RFC_RC code = await(connection, POLLOUT, deadline_us, error);
    if (code != RFC_OK) return code;
    ssize_t more = send(connection->socket, request->text + sent, request->length - sent, MSG_NOSIGNAL);
    if (more >= 0) sent += (size_t)more;
    else if (errno != EAGAIN && errno != EINTR) return report_broken(error, "send", errno);
  }
  return RFC_OK;
}

static RFC_RC make_room(Connection *connection, RFC_ERROR_INFO *error) {
  size_t capacity = connection->input_capacity == 0 ? FIRST_INPUT_BYTES : 2 * connection->input_capacity;
  if (connection->input_length < connection->input_capacity) return RFC_OK;
  if (capacity > MAX_INPUT_BYTES) return report(error, RFC_INVALID_PROTOCOL, "rfcsim: a reply is too long");
  char *input = realloc(connection->input, capacity);
  if (input == NULL) return report_no_memory(error);
  connection->input = input;
  connection->input_capacity = capacity;
  return RFC_OK;
}

static RFC_RC receive_line(Connection *connection, int64_t deadline_us, size_t *length, RFC_ERROR_INFO *error) {
  for (size_t searched = 0;;) {
    RFC_RC code = make_room(connection, error);
    if (code == RFC_OK) code = await(connection, POLLIN, deadline_us, error);
    if (code != RFC_OK) return code;
    char *end = connection->input + connection->input_length;
    ssize_t more = recv(connection->socket, end, connection->input_capacity - connection->input_length, 0);
    if (more == 0) return report_interrupted(connection, error);
    if (more < 0 && errno != EAGAIN && errno != EINTR) return report_broken(error, "recv", errno);
    if (more < 0) continue;
    connection->input_length += (size_t)more;
    const char *line = memchr(connection->input + searched, '\n', connection->input_length - searched);
    searched = connection->input_length;
    if (line == NULL) continue;
    *length = (size_t)(line - connection->input);
    return RFC_OK;
  }
}

static RFC_RC read_reply(Connection *connection, size_t length, Reply *reply, RFC_ERROR_INFO *error) {
  trace("<- %.*s", (int)(length > TRACED_BYTES ? TRACED_BYTES : length), connection->input);
  JsonOutcome outcome = json_read(connection->input, length, &reply->document, &reply->root);
  reply->received_bytes = length + 1;
  connection->input_length -= length + 1;
  memmove(connection->input, connection->input + length + 1, connection->input_length);
  switch (outcome) {
    case JSON_NO_MEMORY:
      return report_no_memory(error);
    case JSON_MALFORMED:
      return report(error, RFC_INVALID_PROTOCOL, "rfcsim: reply is not JSON");
    case JSON_READ:
      break;
  }
  if (reply->root->kind != JSON_OBJECT) return report(error, RFC_INVALID_PROTOCOL, "rfcsim: reply is no object");
  const Json *refusal = json_member(reply->root, "error");
  return refusal == NULL ? report_ok(error) : report_reply(error, refusal);
}

static RFC_RC exchange(Connection *connection, const Buffer *request, int timeout_ms, Reply *reply,
                       RFC_ERROR_INFO *error) {
  int64_t deadline_us = timeout_ms < 0 ? -1 : now_us() + timeout_ms * INT64_C(1000);
  size_t length = 0;
  if (request->has_failed) return report_no_memory(error);
  RFC_RC code = check_idle(connection, error);
  if (code == RFC_OK) code = send_all(connection, request, deadline_us, error);
  if (code != RFC_OK) return code;
  reply->sent_bytes = request->length;
  code = receive_line(connection, deadline_us, &length, error);
  return code == RFC_OK ? read_reply(connection, length, reply, error) : code;
}

/* After these the session is gone on the other side too, or the two sides are no longer in step. */
static bool is_fatal(RFC_RC code, const RFC_ERROR_INFO *error) {
  switch (code) {
    case RFC_COMMUNICATION_FAILURE:
    case RFC_ABAP_RUNTIME_FAILURE:
    case RFC_ABAP_MESSAGE:
    case RFC_CLOSED:
    case RFC_CANCELED:
    case RFC_INVALID_PROTOCOL:
    case RFC_MEMORY_INSUFFICIENT:
      return true;
    default:
      return error->group == GROUP_COMMUNICATION;
  }
}

RFC_RC transact(Connection *connection, const Buffer *request, int timeout_ms, Reply *reply, RFC_ERROR_INFO *error) {
  *reply = (Reply){0};
  pthread_mutex_lock(&connection->io);
  RFC_RC code = exchange(connection, request, timeout_ms, reply, error);
  pthread_mutex_unlock(&connection->io);
  if (code == RFC_OK) return code;
  json_free(reply->document);
  reply->document = NULL;
  reply->root = NULL;
  if (is_fatal(code, error)) connection_remove(connection);
  return code;
}
