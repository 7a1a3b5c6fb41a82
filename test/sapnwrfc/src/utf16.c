#include "utf16.h"

#include <stdlib.h>
#include <string.h>

enum { REPLACEMENT = 0xFFFD };

size_t utf16_length(const SAP_UC *text) {
  size_t length = 0;
  while (text[length] != 0) length++;
  return length;
}

bool utf16_equal(const SAP_UC *left, const SAP_UC *right) {
  while (*left != 0 && *left == *right) {
    left++;
    right++;
  }
  return *left == *right;
}

/* Reads one character and moves on; malformed bytes give false and are stepped over one by one. */
static bool next_character(const unsigned char **at, const unsigned char *end, uint32_t *character) {
  static const uint32_t least[] = {0, 0x80, 0x800, 0x10000};
  const unsigned char *p = *at;
  uint32_t value = *p++;
  unsigned more = 0;
  *at = p;
  if (value >= 0x80) {
    if (value >= 0xF0 && value < 0xF8) more = 3;
    else if (value >= 0xE0 && value < 0xF0) more = 2;
    else if (value >= 0xC0 && value < 0xE0) more = 1;
    else return false;
    if ((size_t)(end - p) < more) return false;
    value &= 0x3Fu >> more;
    for (unsigned i = 0; i < more; i++, p++) {
      if ((*p & 0xC0u) != 0x80u) return false;
      value = value << 6 | (*p & 0x3Fu);
    }
    if (value < least[more] || value > 0x10FFFF || (value >= 0xD800 && value < 0xE000)) return false;
  }
  *at = p;
  *character = value;
  return true;
}

static size_t put_units(SAP_UC *out, uint32_t character) {
  if (character < 0x10000) {
    if (out != NULL) out[0] = (SAP_UC)character;
    return 1;
  }
  if (out != NULL) {
    out[0] = (SAP_UC)(0xD800 + ((character - 0x10000) >> 10));
    out[1] = (SAP_UC)(0xDC00 + (character & 0x3FF));
  }
  return 2;
}

ptrdiff_t utf16_from_utf8(const char *text, size_t length, SAP_UC *out) {
  const unsigned char *at = (const unsigned char *)text, *end = at + length;
  size_t units = 0;
  uint32_t character;
  while (at < end) {
    if (!next_character(&at, end, &character)) return -1;
    units += put_units(out == NULL ? NULL : out + units, character);
  }
  return (ptrdiff_t)units;
}

static size_t put_bytes(char *out, uint32_t character) {
  unsigned char bytes[4];
  size_t count;
  if (character < 0x80) {
    bytes[0] = (unsigned char)character;
    count = 1;
  } else if (character < 0x800) {
    bytes[0] = (unsigned char)(0xC0 | character >> 6);
    count = 2;
  } else if (character < 0x10000) {
    bytes[0] = (unsigned char)(0xE0 | character >> 12);
    count = 3;
  } else {
    bytes[0] = (unsigned char)(0xF0 | character >> 18);
    count = 4;
  }
  for (size_t i = 1; i < count; i++) bytes[i] = (unsigned char)(0x80 | (character >> 6 * (count - 1 - i) & 0x3F));
  if (out != NULL) memcpy(out, bytes, count);
  return count;
}

size_t utf16_to_utf8(const SAP_UC *text, size_t length, char *out) {
  size_t bytes = 0;
  for (size_t i = 0; i < length; i++) {
    uint32_t character = text[i];
    bool is_pair = character >= 0xD800 && character < 0xDC00 && i + 1 < length && text[i + 1] >= 0xDC00 &&
                   text[i + 1] < 0xE000;
    if (is_pair) character = 0x10000 + ((character - 0xD800) << 10) + (uint32_t)(text[++i] - 0xDC00);
    else if (character >= 0xD800 && character < 0xE000) character = REPLACEMENT;
    bytes += put_bytes(out == NULL ? NULL : out + bytes, character);
  }
  return bytes;
}

char *utf16_to_new_utf8(const SAP_UC *text) {
  size_t length = utf16_length(text), bytes = utf16_to_utf8(text, length, NULL);
  char *copy = malloc(bytes + 1);
  if (copy == NULL) return NULL;
  utf16_to_utf8(text, length, copy);
  copy[bytes] = 0;
  return copy;
}

void utf16_put(SAP_UC *out, size_t capacity, const char *text) {
  const unsigned char *at = (const unsigned char *)text, *end = at + strlen(text);
  size_t units = 0;
  while (at < end) {
    uint32_t character;
    if (!next_character(&at, end, &character)) character = REPLACEMENT;
    if (units + put_units(NULL, character) >= capacity) break;
    units += put_units(out + units, character);
  }
  out[units] = 0;
}
