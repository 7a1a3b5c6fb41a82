#include "buffer.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool reserve(Buffer *buffer, size_t more) {
  size_t needed = buffer->length + more + 1, capacity = buffer->capacity == 0 ? 256 : buffer->capacity;
  if (buffer->has_failed) return false;
  if (needed <= buffer->capacity) return true;
  while (capacity < needed) capacity *= 2;
  char *text = realloc(buffer->text, capacity);
  buffer->has_failed = text == NULL;
  if (text == NULL) return false;
  buffer->text = text;
  buffer->capacity = capacity;
  return true;
}

void buffer_add(Buffer *buffer, const void *bytes, size_t length) {
  if (!reserve(buffer, length)) return;
  if (length > 0) memcpy(buffer->text + buffer->length, bytes, length);
  buffer->length += length;
  buffer->text[buffer->length] = 0;
}

void buffer_add_text(Buffer *buffer, const char *text) { buffer_add(buffer, text, strlen(text)); }

void buffer_format(Buffer *buffer, const char *format, ...) {
  char piece[64];
  va_list arguments;
  va_start(arguments, format);
  int length = vsnprintf(piece, sizeof piece, format, arguments);
  va_end(arguments);
  if (length < 0 || (size_t)length >= sizeof piece) buffer->has_failed = true;
  else buffer_add(buffer, piece, (size_t)length);
}

void buffer_add_json(Buffer *buffer, const char *text, size_t length) {
  buffer_add(buffer, "\"", 1);
  size_t start = 0;
  for (size_t i = 0; i < length; i++) {
    unsigned char c = (unsigned char)text[i];
    if (c >= 0x20 && c != '"' && c != '\\') continue;
    buffer_add(buffer, text + start, i - start);
    if (c < 0x20) buffer_format(buffer, "\\u%04x", c);
    else buffer_format(buffer, "\\%c", c);
    start = i + 1;
  }
  buffer_add(buffer, text + start, length - start);
  buffer_add(buffer, "\"", 1);
}

void buffer_free(Buffer *buffer) {
  free(buffer->text);
  *buffer = (Buffer){0};
}
