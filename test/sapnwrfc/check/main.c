#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "check.h"
#include "settings.h"

/* Nothing here takes seconds; whatever hangs is ended. */
enum { MAX_SECONDS = 100 };

static const struct {
  const char *name;
  void (*run)(void);
} groups[] = {
    {"texts", check_texts},
    {"numbers", check_numbers},
    {"json", check_json},
    {"calls", check_calls},
    {"connections", check_connections},
    {"a hostile peer", check_hostile_peer},
    {"threads", check_threads},
    {"a want of memory", check_memory},
};

static int checks, failures;

int main(void) {
  alarm(MAX_SECONDS);
  /* So that an abort leaves what was said before. */
  setvbuf(stdout, NULL, _IOLBF, BUFSIZ);
  for (size_t i = 0; i < sizeof groups / sizeof *groups; i++) {
    int before = failures;
    groups[i].run();
    printf("%s %s\n", failures == before ? "ok    " : "FAILED", groups[i].name);
  }
  printf("%d checks, %d failed\n", checks, failures);
  return failures == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

bool check_that(bool is_so, const char *what, const char *file, int line) {
  checks++;
  if (is_so) return true;
  failures++;
  printf("%s:%d: not so: %s\n", file, line, what);
  return false;
}
