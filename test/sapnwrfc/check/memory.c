#include <stdio.h>

#include "api.h"
#include "check.h"
#include "peer.h"

enum { MAX_ALLOCATIONS = 2000 };

/* A whole conversation in which one allocation fails: each step reports it or goes well, and what was allocated
 * before is freed, or the leak sanitizer tells. */
static bool converse(long n) {
  RFC_ERROR_INFO error;
  SAP_UC name[] = u"Z_0000";
  for (int digit = 5, rest = (int)n; digit > 1; digit--, rest /= 10) name[digit] = (SAP_UC)(u'0' + rest % 10);
  allocations_fail_at(n);
  void *connection = open_connection(&error);
  bool is_told = error.code != RFC_OK;
  void *throughput = RfcCreateThroughput(&error);
  is_told = is_told || error.code != RFC_OK;
  /* Written with the error NULL: these are told by what is sent, or by the next step. */
  void *function = make_function(connection, name, &error);
  RfcInvoke(connection, function, &error);
  is_told = is_told || error.code != RFC_OK;
  RfcPing(connection, &error);
  is_told = is_told || error.code != RFC_OK;
  bool has_failed = allocations_fail_at(-1);
  if (function != NULL) read_everything(RfcDescribeFunction(function, NULL), function, 0);
  RfcDestroyFunction(function, NULL);
  RfcDestroyThroughput(throughput, NULL);
  RfcCloseConnection(connection, NULL);
  if (!has_failed) CHECK(!is_told);
  return has_failed;
}

void check_memory(void) {
  Peer *peer = peer_start(answer_rightly);
  long n = 0;
  while (n < MAX_ALLOCATIONS && converse(n)) n++;
  /* Each allocation of the conversation has failed once, and none is left. */
  CHECK(n > 100 && n < MAX_ALLOCATIONS);
  peer_stop(peer);
}
