/* Text that grows. Running out of memory is remembered instead of returned by every call: who
 * writes looks at `has_failed` once, at the end. */
#ifndef STANDIN_BUFFER_H
#define STANDIN_BUFFER_H

#include <stdbool.h>
#include <stddef.h>

typedef struct {
  char *text;
  size_t length, capacity;
  bool has_failed;
} Buffer;

void buffer_add(Buffer *buffer, const void *bytes, size_t length);

void buffer_add_text(Buffer *buffer, const char *text);

/* For short pieces: what exceeds 64 bytes counts as a failure. */
__attribute__((format(printf, 2, 3))) void buffer_format(Buffer *buffer, const char *format, ...);

/* As a JSON string, quoted. */
void buffer_add_json(Buffer *buffer, const char *text, size_t length);

void buffer_free(Buffer *buffer);

#endif
