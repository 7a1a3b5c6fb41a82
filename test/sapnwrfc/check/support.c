#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api.h"
#include "check.h"
#include "utf16.h"

void check_text(const char *actual, const char *expected, const char *file, int line) {
  if (!check_that(strcmp(actual, expected) == 0, "two texts are equal", file, line))
    printf("  actual   %s\n  expected %s\n", actual, expected);
}

void check_code(RFC_RC actual, RFC_RC expected, const char *file, int line) {
  if (!check_that(actual == expected, "two codes are equal", file, line))
    printf("  actual   %d\n  expected %d\n", actual, expected);
}

bool says(const SAP_UC *actual, const char *expected) {
  char *text = utf16_to_new_utf8(actual);
  bool is_equal = text != NULL && strcmp(text, expected) == 0;
  if (!is_equal) printf("  actual   %s\n", text == NULL ? "(no memory)" : text);
  free(text);
  return is_equal;
}

/* The linker leads every allocation of the library through here (--wrap). */
void *__real_malloc(size_t bytes);
void *__real_calloc(size_t count, size_t bytes);
void *__real_realloc(void *memory, size_t bytes);
char *__real_strdup(const char *text);
void *__wrap_malloc(size_t bytes);
void *__wrap_calloc(size_t count, size_t bytes);
void *__wrap_realloc(void *memory, size_t bytes);
char *__wrap_strdup(const char *text);

static _Thread_local long left = -1;
static _Thread_local bool has_failed;

bool allocations_fail_at(long n) {
  bool had_failed = has_failed;
  has_failed = false;
  left = n;
  return had_failed;
}

static bool fails(void) {
  if (left < 0 || left-- > 0) return false;
  has_failed = true;
  return true;
}

void *__wrap_malloc(size_t bytes) { return fails() ? NULL : __real_malloc(bytes); }

void *__wrap_calloc(size_t count, size_t bytes) { return fails() ? NULL : __real_calloc(count, bytes); }

void *__wrap_realloc(void *memory, size_t bytes) { return fails() ? NULL : __real_realloc(memory, bytes); }

char *__wrap_strdup(const char *text) { return fails() ? NULL : __real_strdup(text); }
