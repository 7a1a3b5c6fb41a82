/* Counts what calls cost. */
#ifndef STANDIN_THROUGHPUT_H
#define STANDIN_THROUGHPUT_H

#include "registry.h"

typedef struct {
  unsigned long long calls, sent_bytes, received_bytes, total_us, serialization_us, deserialization_us, application_us;
} Usage;

/* Adds to the throughput of the connection, if it has one. */
void throughput_add(const Connection *connection, const Usage *usage);

#endif
