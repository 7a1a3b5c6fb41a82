#include "json.h"

#include <stdio.h>
#include <string.h>

#include "buffer.h"
#include "check.h"

static bool is_read(const char *text) {
  JsonDocument *document;
  const Json *root;
  bool is_json = json_read(text, strlen(text), &document, &root) == JSON_READ;
  json_free(document);
  return is_json;
}

static void check_reading(void) {
  static const char text[] =
      " {\"a\":[1,-2.5e3,true,false,null,\"x\\u0041\\n\\ud83d\\ude00\\ud83d\"],\"n\":12,\"big\":99999999999999999999,\"\":{}} ";
  JsonDocument *document;
  const Json *root;
  if (!CHECK(json_read(text, strlen(text), &document, &root) == JSON_READ)) return;
  const Json *list = json_member(root, "a"), *last = list->first;
  CHECK(list->kind == JSON_ARRAY && list->count == 6);
  while (last->next != NULL) last = last->next;
  CHECK_TEXT(last->text, "xA\n😀\xEF\xBF\xBD");
  CHECK(json_integer(root, "n", 0) == 12);
  CHECK(json_integer(root, "big", -1) == -1);
  CHECK_TEXT(json_text(root, "big", ""), "99999999999999999999");
  CHECK_TEXT(json_text(root, "none", "otherwise"), "otherwise");
  CHECK(json_member(root, "") != NULL && json_member(list, "a") == NULL && json_member(NULL, "a") == NULL);
  json_free(document);
}

static void check_refusing(void) {
  static const char *const malformed[] = {
      "",      "{",       "}",          "[1,]",     "{\"a\"}",  "{\"a\":}", "{a:1}",    "\"",      "\"\\",      "\"\\\"",
      "\"\\x\"", "\"\\u12\"", "\"\\u12g4\"", "01",   "1.",       "-",        "1e",       "+1",      "nul",       "tru",
      "[1 2]", "1 2",     "\"a\nb\"",   "[\"\\", "\"\\ud83d\\u\"", "\"\\ud83d\\u12\""};
  char deep[200];
  for (size_t i = 0; i < sizeof malformed / sizeof *malformed; i++)
    if (!CHECK(!is_read(malformed[i]))) printf("  %s\n", malformed[i]);
  memset(deep, '[', sizeof deep);
  deep[sizeof deep - 1] = 0;
  CHECK(!is_read(deep));
  for (int i = 0; i < 60; i++) deep[60 + i] = ']';
  deep[120] = 0;
  CHECK(is_read(deep));
}

static void check_writing(void) {
  Buffer buffer = {0};
  buffer_add_json(&buffer, "a\"b\\c\n\0d✓", 11);
  CHECK_TEXT(buffer.text, "\"a\\\"b\\\\c\\u000a\\u0000d✓\"");
  buffer_free(&buffer);
}

void check_json(void) {
  check_reading();
  check_refusing();
  check_writing();
}
