#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "json.h"

const Json *json_member(const Json *object, const char *key) {
  if (object == NULL || object->kind != JSON_OBJECT) return NULL;
  size_t length = strlen(key);
  for (const Json *member = object->first; member != NULL; member = member->next)
    if (member->key_length == length && memcmp(member->key, key, length) == 0) return member;
  return NULL;
}

const char *json_text(const Json *object, const char *key, const char *otherwise) {
  const Json *member = json_member(object, key);
  return member != NULL && (member->kind == JSON_STRING || member->kind == JSON_NUMBER) ? member->text : otherwise;
}

long json_integer(const Json *object, const char *key, long otherwise) {
  const Json *member = json_member(object, key);
  if (member == NULL || member->kind != JSON_NUMBER) return otherwise;
  char *end;
  errno = 0;
  long value = strtol(member->text, &end, 10);
  return *end == 0 && errno == 0 ? value : otherwise;
}

bool json_is_true(const Json *object, const char *key) {
  const Json *member = json_member(object, key);
  return member != NULL && member->kind == JSON_TRUE;
}
