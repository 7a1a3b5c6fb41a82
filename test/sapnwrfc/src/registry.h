/* Which connections there are, and who still uses them.
 *
 * A handle is a number that is never used again and never followed, so that a stale one is noticed. A
 * connection lives until the registry and the last call on it have let go: one thread may close or cancel
 * it while another waits in it for a reply. */
#ifndef STANDIN_REGISTRY_H
#define STANDIN_REGISTRY_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>

#include "abi.h"

typedef struct Throughput Throughput;

typedef struct Connection {
  struct Connection *next;
  void *handle;
  unsigned references;
  int socket;
  /* An eventfd that ends a wait for the peer. */
  int wake;
  atomic_bool is_canceled, is_closed;
  /* One request at a time; guards the socket and the input. */
  pthread_mutex_t io;
  char *input;
  size_t input_length, input_capacity;
  /* Never changed once the connection has a handle. */
  char *repository;
  RFC_ATTRIBUTES attributes;
  /* Guarded by the registry. */
  Throughput *throughput;
} Connection;

/* Owns the socket from here on, even if it gives NULL for want of memory or descriptors. */
Connection *connection_new(int socket);

/* Makes it known, and gives its handle. The registry takes over the caller's reference. */
void *connection_register(Connection *connection);

/* NULL for a handle that is none, or no more. Each one needs a release. */
Connection *connection_acquire(const void *handle);

void connection_release(Connection *connection);

/* Forgets the handle. */
void connection_remove(Connection *connection);

/* Ends the wait of whoever waits for the peer, now or later. */
void connection_interrupt(Connection *connection);

/* For what belongs to several connections: throughputs. */
void registry_lock(void);

void registry_unlock(void);

/* With the lock held. */
Connection *registry_first(void);

#endif
