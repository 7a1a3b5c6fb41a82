#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "api.h"
#include "check.h"
#include "dial.h"
#include "peer.h"
#include "settings.h"

static _Atomic(const char *) reply;
static pthread_mutex_t arrival = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t arrived = PTHREAD_COND_INITIALIZER;
static atomic_bool has_arrived;

static const char *answer_ping(const char *request) {
  if (strstr(request, "\"op\":\"ping\"") == NULL) return answer_rightly(request);
  pthread_mutex_lock(&arrival);
  has_arrived = true;
  pthread_cond_signal(&arrived);
  pthread_mutex_unlock(&arrival);
  return reply;
}

static const char *refuse(const char *request) {
  (void)request;
  return "{\"error\":{\"code\":2,\"group\":3,\"key\":\"RFC_LOGON_FAILURE\",\"message\":\"Name or password is incorrect\"}}";
}

static void check_ping(const char *answer, RFC_RC code, int group, const char *message) {
  RFC_ERROR_INFO error;
  void *connection = open_connection(&error);
  reply = answer;
  CHECK_CODE(RfcPing(connection, &error), code);
  CHECK(error.code == code && error.group == group);
  if (message != NULL) CHECK(says(error.message, message));
  bool is_gone = RfcGetConnectionAttributes(connection, &(RFC_ATTRIBUTES){0}, &error) == RFC_INVALID_HANDLE;
  CHECK(is_gone == (code == RFC_ABAP_EXCEPTION ? false : code != RFC_OK));
  RfcCloseConnection(connection, NULL);
}

static void check_errors_of_the_peer(void) {
  Peer *peer = peer_start(answer_ping);
  check_ping("{}", RFC_OK, GROUP_OK, "");
  check_ping("{\"error\":{\"code\":5,\"group\":1,\"key\":\"K\",\"message\":\"M\"}}", RFC_ABAP_EXCEPTION, 1, "M");
  check_ping("{\"error\":{\"code\":4,\"message\":\"M\"}}", RFC_ABAP_MESSAGE, GROUP_ABAP_RUNTIME, "M");
  check_ping("{\"error\":{\"code\":3,\"group\":99}}", RFC_ABAP_RUNTIME_FAILURE, GROUP_ABAP_RUNTIME, "");
  check_ping(hang_up, RFC_COMMUNICATION_FAILURE, GROUP_COMMUNICATION, NULL);
  check_ping("not JSON", RFC_INVALID_PROTOCOL, GROUP_EXTERNAL_RUNTIME, "rfcsim: reply is not JSON");
  check_ping("[]", RFC_INVALID_PROTOCOL, GROUP_EXTERNAL_RUNTIME, "rfcsim: reply is no object");
  peer_stop(peer);
  peer = peer_start(refuse);
  RFC_ERROR_INFO error;
  CHECK(open_connection(&error) == NULL && error.code == RFC_LOGON_FAILURE && error.group == GROUP_LOGON);
  peer_stop(peer);
}

static void check_unasked_replies(void) {
  RFC_ERROR_INFO error;
  Peer *peer = peer_start(answer_ping);
  void *connection = open_connection(&error);
  reply = "{}\n{}";
  CHECK_CODE(RfcPing(connection, &error), RFC_OK);
  /* The second reply may be on its way still. */
  for (int i = 0; i < 100 && RfcPing(connection, &error) == RFC_OK; i++) reply = "{}";
  CHECK_CODE(error.code, RFC_INVALID_PROTOCOL);
  peer_stop(peer);
}

typedef struct {
  void *connection;
  RFC_RC code;
} Pinging;

static void *ping(void *argument) {
  Pinging *pinging = argument;
  pinging->code = RfcPing(pinging->connection, NULL);
  return NULL;
}

static void check_ended_by(RFC_RC (*end)(void *, RFC_ERROR_INFO *), RFC_RC expected) {
  RFC_ERROR_INFO error;
  pthread_t thread;
  Pinging pinging = {.connection = open_connection(&error), .code = RFC_OK};
  has_arrived = false;
  reply = say_nothing;
  if (!CHECK(pthread_create(&thread, NULL, ping, &pinging) == 0)) return;
  pthread_mutex_lock(&arrival);
  while (!has_arrived) pthread_cond_wait(&arrived, &arrival);
  pthread_mutex_unlock(&arrival);
  CHECK_CODE(end(pinging.connection, &error), RFC_OK);
  pthread_join(thread, NULL);
  CHECK_CODE(pinging.code, expected);
  CHECK_CODE(RfcPing(pinging.connection, &error), RFC_INVALID_HANDLE);
}

static void check_interruption(void) {
  Peer *peer = peer_start(answer_ping);
  check_ended_by(RfcCancel, RFC_CANCELED);
  check_ended_by(RfcCloseConnection, RFC_COMMUNICATION_FAILURE);
  RFC_ERROR_INFO error;
  void *connection = open_connection(&error);
  CHECK_CODE(RfcCancel(connection, &error), RFC_OK);
  CHECK_CODE(RfcPing(connection, &error), RFC_CANCELED);
  CHECK_CODE(RfcCancel(connection, &error), RFC_INVALID_HANDLE);
  peer_stop(peer);
}

static void check_open(const RFC_CONNECTION_PARAMETER *parameters, unsigned count, const char *address, RFC_RC code) {
  RFC_ERROR_INFO error;
  setenv("RFCSIM_ADDR", address, 1);
  settings_read();
  CHECK(RfcOpenConnection(parameters, count, &error) == NULL);
  CHECK_CODE(error.code, code);
}

static void check_addresses(void) {
  static const RFC_CONNECTION_PARAMETER local[] = {{u"ashost", u"127.0.0.1"}, {u"sysnr", u"99"}},
                                        far[] = {{u"ashost", u"127.example.com"}, {u"sysnr", u"00"}},
                                        flawed[] = {{u"ashost", u"127.0.0.1"}, {u"sysnr", u"x1"}},
                                        unknown[] = {{u"dest", u"NOWHERE"}};
  char long_path[200] = "unix:/";
  memset(long_path + 6, 'x', sizeof long_path - 7);
  check_open(local, 0, "", RFC_INVALID_PARAMETER);
  check_open(local, 1, "", RFC_INVALID_PARAMETER);
  check_open(flawed, 2, "", RFC_INVALID_PARAMETER);
  check_open(unknown, 1, "", RFC_INVALID_PARAMETER);
  check_open(local, 2, "", RFC_COMMUNICATION_FAILURE);
  check_open(far, 2, "", RFC_COMMUNICATION_FAILURE);
  check_open(local, 2, "nonsense", RFC_INVALID_PARAMETER);
  check_open(local, 2, "tcp:127.0.0.1", RFC_INVALID_PARAMETER);
  check_open(local, 2, "tcp:127.0.0.1:1", RFC_COMMUNICATION_FAILURE);
  check_open(local, 2, "unix:/nowhere/at/all", RFC_COMMUNICATION_FAILURE);
  check_open(local, 2, long_path, RFC_COMMUNICATION_FAILURE);
}

static void check_ini(void) {
  static const RFC_CONNECTION_PARAMETER parameters[] = {{u"dest", u"TWO"}};
  char folder[] = "/tmp/rfcsim-check-XXXXXX", path[64];
  SAP_UC folder_units[32];
  RFC_ERROR_INFO error;
  if (!CHECK(mkdtemp(folder) != NULL)) return;
  snprintf(path, sizeof path, "%s/sapnwrfc.ini", folder);
  FILE *file = fopen(path, "w");
  fputs("# a comment\nDEST=ONE\n ASHOST = none\nDEST = TWO\r\nASHOST=127.0.0.1\nSYSNR = 00 \nCLIENT=777\nflaw\n", file);
  fclose(file);
  for (size_t i = 0; i < sizeof folder; i++) folder_units[i] = (SAP_UC)folder[i];
  CHECK_CODE(RfcSetIniPath(folder_units, &error), RFC_OK);
  CHECK_CODE(RfcReloadIniFile(&error), RFC_OK);
  Peer *peer = peer_start(answer_ping);
  void *connection = RfcOpenConnection(parameters, 1, &error);
  RFC_ATTRIBUTES attributes = {0};
  CHECK_CODE(RfcGetConnectionAttributes(connection, &attributes, &error), RFC_OK);
  CHECK(says(attributes.client, "777") && says(attributes.dest, "TWO"));
  RfcCloseConnection(connection, NULL);
  peer_stop(peer);
  unlink(path);
  rmdir(folder);
  CHECK_CODE(RfcSetIniPath(folder_units, &error), RFC_IO_FAILURE);
}

void check_connections(void) {
  check_errors_of_the_peer();
  check_unasked_replies();
  check_interruption();
  check_addresses();
  check_ini();
}
