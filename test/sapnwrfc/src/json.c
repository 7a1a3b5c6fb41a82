#include "json.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "arena.h"

enum { MAX_DEPTH = 64 };

struct JsonDocument {
  Arena arena;
};

typedef struct {
  JsonDocument *document;
  const char *at, *end;
  int depth;
  bool has_no_memory;
} Reader;

static void *take(Reader *reader, size_t bytes) {
  void *memory = arena_take(&reader->document->arena, bytes);
  if (memory == NULL) reader->has_no_memory = true;
  return memory;
}

static void skip_blanks(Reader *reader) {
  while (reader->at < reader->end &&
         (*reader->at == ' ' || *reader->at == '\t' || *reader->at == '\r' || *reader->at == '\n'))
    reader->at++;
}

static bool skip(Reader *reader, char wanted) {
  if (reader->at >= reader->end || *reader->at != wanted) return false;
  reader->at++;
  return true;
}

static bool read_hex(Reader *reader, uint32_t *out) {
  uint32_t value = 0;
  if (reader->end - reader->at < 4) return false;
  for (int i = 0; i < 4; i++) {
    char c = *reader->at++;
    uint32_t digit;
    if (c >= '0' && c <= '9') digit = (uint32_t)(c - '0');
    else if (c >= 'a' && c <= 'f') digit = (uint32_t)(c - 'a' + 10);
    else if (c >= 'A' && c <= 'F') digit = (uint32_t)(c - 'A' + 10);
    else return false;
    value = value << 4 | digit;
  }
  *out = value;
  return true;
}

static char *put_character(char *out, uint32_t c) {
  if (c < 0x80) {
    *out++ = (char)c;
    return out;
  }
  if (c < 0x800) {
    *out++ = (char)(0xC0 | c >> 6);
  } else {
    if (c < 0x10000) {
      *out++ = (char)(0xE0 | c >> 12);
    } else {
      *out++ = (char)(0xF0 | c >> 18);
      *out++ = (char)(0x80 | (c >> 12 & 0x3F));
    }
    *out++ = (char)(0x80 | (c >> 6 & 0x3F));
  }
  *out++ = (char)(0x80 | (c & 0x3F));
  return out;
}

/* After "\u". A lone surrogate is no character and becomes U+FFFD, as it does in a browser. */
static bool read_unicode(Reader *reader, char **out) {
  uint32_t c, low;
  if (!read_hex(reader, &c)) return false;
  if (c >= 0xD800 && c < 0xDC00 && reader->end - reader->at >= 6 && reader->at[0] == '\\' && reader->at[1] == 'u') {
    const char *back = reader->at;
    reader->at += 2;
    if (!read_hex(reader, &low)) return false;
    if (low >= 0xDC00 && low < 0xE000) c = 0x10000 + ((c - 0xD800) << 10) + (low - 0xDC00);
    else reader->at = back;
  }
  *out = put_character(*out, c >= 0xD800 && c < 0xE000 ? 0xFFFD : c);
  return true;
}

static bool read_escape(Reader *reader, char **out) {
  static const char letters[] = "ntrbf\"\\/", meanings[] = "\n\t\r\b\f\"\\/";
  if (reader->at >= reader->end) return false;
  char c = *reader->at++;
  if (c == 'u') return read_unicode(reader, out);
  const char *letter = c == 0 ? NULL : strchr(letters, c);
  if (letter == NULL) return false;
  *(*out)++ = meanings[letter - letters];
  return true;
}

static bool read_string(Reader *reader, const char **text, size_t *length) {
  if (!skip(reader, '"')) return false;
  const char *close = reader->at;
  while (close < reader->end && *close != '"') close += *close == '\\' && reader->end - close > 1 ? 2 : 1;
  if (close >= reader->end) return false;
  /* No escape is shorter than what it stands for. */
  char *out = take(reader, (size_t)(close - reader->at) + 1);
  if (out == NULL) return false;
  *text = out;
  while (reader->at < close) {
    char c = *reader->at++;
    if ((unsigned char)c < 0x20) return false;
    if (c != '\\') *out++ = c;
    else if (!read_escape(reader, &out)) return false;
  }
  *out = 0;
  *length = (size_t)(out - *text);
  return skip(reader, '"');
}

static size_t skip_digits(Reader *reader) {
  const char *start = reader->at;
  while (reader->at < reader->end && *reader->at >= '0' && *reader->at <= '9') reader->at++;
  return (size_t)(reader->at - start);
}

static bool read_number(Reader *reader, Json *json) {
  const char *start = reader->at;
  skip(reader, '-');
  bool has_leading_zero = reader->at < reader->end && *reader->at == '0';
  size_t digits = skip_digits(reader);
  if (digits == 0 || (has_leading_zero && digits > 1)) return false;
  if (skip(reader, '.') && skip_digits(reader) == 0) return false;
  if (skip(reader, 'e') || skip(reader, 'E')) {
    if (!skip(reader, '-')) skip(reader, '+');
    if (skip_digits(reader) == 0) return false;
  }
  json->kind = JSON_NUMBER;
  json->length = (size_t)(reader->at - start);
  char *text = take(reader, json->length + 1);
  if (text == NULL) return false;
  memcpy(text, start, json->length);
  text[json->length] = 0;
  json->text = text;
  return true;
}

static bool read_word(Reader *reader, Json *json) {
  static const struct {
    const char *word;
    JsonKind kind;
  } words[] = {{"null", JSON_NULL}, {"false", JSON_FALSE}, {"true", JSON_TRUE}};
  for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
    size_t length = strlen(words[i].word);
    if ((size_t)(reader->end - reader->at) < length || memcmp(reader->at, words[i].word, length) != 0) continue;
    reader->at += length;
    json->kind = words[i].kind;
    return true;
  }
  return false;
}

static Json *read_value(Reader *reader);

static bool read_members(Reader *reader, Json *json, bool is_object) {
  const char close = is_object ? '}' : ']';
  const Json **tail = &json->first;
  json->kind = is_object ? JSON_OBJECT : JSON_ARRAY;
  reader->at++;
  skip_blanks(reader);
  if (skip(reader, close)) return true;
  do {
    const char *key = NULL;
    size_t key_length = 0;
    skip_blanks(reader);
    if (is_object) {
      if (!read_string(reader, &key, &key_length)) return false;
      skip_blanks(reader);
      if (!skip(reader, ':')) return false;
    }
    Json *member = read_value(reader);
    if (member == NULL) return false;
    member->key = key;
    member->key_length = key_length;
    *tail = member;
    tail = &member->next;
    json->count++;
    skip_blanks(reader);
  } while (skip(reader, ','));
  return skip(reader, close);
}

static Json *read_value(Reader *reader) {
  skip_blanks(reader);
  if (reader->at >= reader->end || reader->depth == MAX_DEPTH) return NULL;
  Json *json = take(reader, sizeof *json);
  if (json == NULL) return NULL;
  *json = (Json){.kind = JSON_NULL};
  bool is_read;
  reader->depth++;
  switch (*reader->at) {
    case '"':
      json->kind = JSON_STRING;
      is_read = read_string(reader, &json->text, &json->length);
      break;
    case '{':
    case '[':
      is_read = read_members(reader, json, *reader->at == '{');
      break;
    case 'n':
    case 'f':
    case 't':
      is_read = read_word(reader, json);
      break;
    default:
      is_read = read_number(reader, json);
  }
  reader->depth--;
  return is_read ? json : NULL;
}

JsonOutcome json_read(const char *text, size_t length, JsonDocument **document, const Json **root) {
  *root = NULL;
  *document = calloc(1, sizeof **document);
  if (*document == NULL) return JSON_NO_MEMORY;
  Reader reader = {.document = *document, .at = text, .end = text + length};
  *root = read_value(&reader);
  skip_blanks(&reader);
  if (*root != NULL && reader.at == reader.end) return JSON_READ;
  json_free(*document);
  *document = NULL;
  *root = NULL;
  return reader.has_no_memory ? JSON_NO_MEMORY : JSON_MALFORMED;
}

void json_free(JsonDocument *document) {
  if (document == NULL) return;
  arena_free(&document->arena);
  free(document);
}
