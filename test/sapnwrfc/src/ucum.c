/* libsapucum.so: the five helpers for UTF-16 text that the addon imports from it. */
#include <stdio.h>

#include "api.h"
#include "utf16.h"

API size_t strlenU16(const SAP_UC *text);
API int strcmpU16(const SAP_UC *left, const SAP_UC *right);
API SAP_UC *strcpyU16(SAP_UC *out, const SAP_UC *text);
API SAP_UC *strncpyU16(SAP_UC *out, const SAP_UC *text, size_t length);
API int fprintfU16(FILE *file, const SAP_UC *format, ...);

size_t strlenU16(const SAP_UC *text) { return utf16_length(text); }

int strcmpU16(const SAP_UC *left, const SAP_UC *right) {
  while (*left != 0 && *left == *right) {
    left++;
    right++;
  }
  return (int)*left - (int)*right;
}

SAP_UC *strcpyU16(SAP_UC *out, const SAP_UC *text) {
  SAP_UC *start = out;
  do *out++ = *text;
  while (*text++ != 0);
  return start;
}

SAP_UC *strncpyU16(SAP_UC *out, const SAP_UC *text, size_t length) {
  size_t i = 0;
  for (; i < length && text[i] != 0; i++) out[i] = text[i];
  for (; i < length; i++) out[i] = 0;
  return out;
}

/* The addon only ever passes a literal message: it is printed as it stands, no conversion is interpreted. */
int fprintfU16(FILE *file, const SAP_UC *format, ...) {
  char piece[4];
  int written = 0;
  while (*format != 0) {
    bool is_pair = format[0] >= 0xD800 && format[0] < 0xDC00 && format[1] >= 0xDC00 && format[1] < 0xE000;
    size_t units = is_pair ? 2 : 1, bytes = utf16_to_utf8(format, units, piece);
    written += (int)fwrite(piece, 1, bytes, file);
    format += units;
  }
  return written;
}
