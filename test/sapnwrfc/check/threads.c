#include <pthread.h>
#include <stdatomic.h>
#include <string.h>

#include "api.h"
#include "check.h"
#include "peer.h"

enum { WORKERS = 4, CALLS = 150 };

static atomic_uint asked;

/* Every seventh call is never answered, so that somebody has to end it. */
static const char *answer_most(const char *request) {
  bool is_call = strstr(request, "\"op\":\"invoke\"") != NULL;
  return is_call && atomic_fetch_add(&asked, 1) % 7 == 6 ? say_nothing : answer_rightly(request);
}

typedef struct {
  /* What the worker works on, for the other thread to end. */
  _Atomic(void *) connection;
  atomic_bool is_done;
  unsigned succeeded, ended;
} Work;

static void *call_often(void *argument) {
  Work *work = argument;
  RFC_ERROR_INFO error;
  for (int i = 0; i < CALLS; i++) {
    void *connection = open_connection(&error);
    void *throughput = RfcCreateThroughput(&error);
    RfcSetThroughputOnConnection(connection, throughput, &error);
    atomic_store(&work->connection, connection);
    void *function = make_function(connection, u"Z_SHARED", &error);
    RFC_RC code = function == NULL ? RFC_CANCELED : RfcInvoke(connection, function, &error);
    if (code == RFC_OK) work->succeeded++;
    else work->ended++;
    RfcDestroyFunction(function, NULL);
    RfcDestroyThroughput(throughput, &error);
    RfcCloseConnection(connection, &error);
  }
  atomic_store(&work->is_done, true);
  return NULL;
}

static void *end_often(void *argument) {
  Work *work = argument;
  RFC_ERROR_INFO error;
  for (unsigned i = 0; !atomic_load(&work->is_done); i++) {
    void *connection = atomic_load(&work->connection);
    if (i % 2 == 0) RfcCancel(connection, &error);
    else RfcCloseConnection(connection, &error);
  }
  return NULL;
}

void check_threads(void) {
  Peer *peer = peer_start(answer_most);
  Work works[WORKERS];
  pthread_t callers[WORKERS], enders[WORKERS];
  memset(works, 0, sizeof works);
  for (int i = 0; i < WORKERS; i++)
    CHECK(pthread_create(&callers[i], NULL, call_often, &works[i]) == 0 &&
          pthread_create(&enders[i], NULL, end_often, &works[i]) == 0);
  for (int i = 0; i < WORKERS; i++) {
    pthread_join(callers[i], NULL);
    pthread_join(enders[i], NULL);
    CHECK(works[i].succeeded + works[i].ended == CALLS);
    CHECK(works[i].ended > 0);
  }
  peer_stop(peer);
}
