#include "registry.h"

#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static Connection *connections;
static uintptr_t last_handle = 0x10000;

void registry_lock(void) { pthread_mutex_lock(&mutex); }

void registry_unlock(void) { pthread_mutex_unlock(&mutex); }

Connection *registry_first(void) { return connections; }

Connection *connection_new(int socket) {
  Connection *connection = calloc(1, sizeof *connection);
  int wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  if (connection == NULL || wake < 0 || pthread_mutex_init(&connection->io, NULL) != 0) {
    if (wake >= 0) close(wake);
    close(socket);
    free(connection);
    return NULL;
  }
  connection->references = 1;
  connection->socket = socket;
  connection->wake = wake;
  return connection;
}

void *connection_register(Connection *connection) {
  registry_lock();
  last_handle += 16;
  void *handle = (void *)last_handle;
  connection->handle = handle;
  connection->next = connections;
  connections = connection;
  registry_unlock();
  return handle;
}

Connection *connection_acquire(const void *handle) {
  registry_lock();
  Connection *connection = connections;
  while (connection != NULL && connection->handle != handle) connection = connection->next;
  if (connection != NULL) connection->references++;
  registry_unlock();
  return connection;
}

void connection_release(Connection *connection) {
  registry_lock();
  bool is_last = --connection->references == 0;
  registry_unlock();
  if (!is_last) return;
  close(connection->socket);
  close(connection->wake);
  pthread_mutex_destroy(&connection->io);
  free(connection->repository);
  free(connection->input);
  free(connection);
}

void connection_remove(Connection *connection) {
  registry_lock();
  Connection **link = &connections;
  while (*link != NULL && *link != connection) link = &(*link)->next;
  bool is_known = *link != NULL;
  if (is_known) *link = connection->next;
  registry_unlock();
  if (is_known) connection_release(connection);
}

void connection_interrupt(Connection *connection) {
  const uint64_t one = 1;
  /* It can only fail because the counter is full, and then the waiter has long been woken. */
  ssize_t written = write(connection->wake, &one, sizeof one);
  (void)written;
}
