#include "settings.h"

#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static Settings current;

const Settings *settings(void) { return &current; }

static bool is_on(const char *name) {
  const char *value = getenv(name);
  return value != NULL && strcmp(value, "1") == 0;
}

/* Too long a value is cut, and then fails where it is used: neither an address nor a path is that long. */
static void copy(char *out, size_t capacity, const char *name) {
  const char *value = getenv(name);
  snprintf(out, capacity, "%s", value == NULL ? "" : value);
}

void settings_read(void) {
  /* 7500 is SAP's 7.50; no patch level of SAP's is 9999, so nobody mistakes this for the real one. */
  current = (Settings){.version = {7500, 0, 9999}};
  copy(current.address, sizeof current.address, "RFCSIM_ADDR");
  copy(current.ini, sizeof current.ini, "RFC_INI");
  current.is_tracing = is_on("RFCSIM_TRACE");
  current.is_strict = is_on("RFCSIM_STRICT");
  const char *version = getenv("RFCSIM_VERSION");
  unsigned read[3];
  if (version != NULL && sscanf(version, "%u.%u.%u", &read[0], &read[1], &read[2]) == 3)
    memcpy(current.version, read, sizeof read);
}

__attribute__((constructor)) static void load(void) {
  settings_read();
  if (!is_on("RFCSIM_QUIET"))
    fputs("[rfcsim] simulated libsapnwrfc.so loaded; no SAP system is reachable through it\n", stderr);
}

void trace(const char *format, ...) {
  if (!current.is_tracing) return;
  char line[1024];
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(line, sizeof line, format, arguments);
  va_end(arguments);
  fprintf(stderr, "[rfcsim %lx] %s\n", (unsigned long)pthread_self() >> 8 & 0xffffff, line);
}
