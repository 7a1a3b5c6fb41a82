/* Reads one JSON document into a tree that is freed as a whole. */
#ifndef STANDIN_JSON_H
#define STANDIN_JSON_H

#include <stdbool.h>
#include <stddef.h>

typedef enum { JSON_NULL, JSON_FALSE, JSON_TRUE, JSON_NUMBER, JSON_STRING, JSON_ARRAY, JSON_OBJECT } JsonKind;

typedef struct Json {
  JsonKind kind;
  size_t length;
  /* A string, which may hold NULs, or a number as it was written; always terminated. */
  const char *text;
  /* Of a member of an object. */
  const char *key;
  size_t key_length;
  /* Members of an array or object, in order. */
  const struct Json *first, *next;
  size_t count;
} Json;

typedef struct JsonDocument JsonDocument;

typedef enum { JSON_READ, JSON_MALFORMED, JSON_NO_MEMORY } JsonOutcome;

/* On JSON_READ the caller frees the document, on which the root lives. */
JsonOutcome json_read(const char *text, size_t length, JsonDocument **document, const Json **root);

void json_free(JsonDocument *document);

/* NULL if there is none, or if it is no object that is asked. */
const Json *json_member(const Json *object, const char *key);

/* The text of a string or number, else what is given. A NUL within ends it. */
const char *json_text(const Json *object, const char *key, const char *otherwise);

/* An integer that a long can hold, else what is given. */
long json_integer(const Json *object, const char *key, long otherwise);

bool json_is_true(const Json *object, const char *key);

#endif
