/* What the environment says, read once when the library is loaded: later calls come from several
 * threads, and reading the environment then would race with a process that changes it. */
#ifndef STANDIN_SETTINGS_H
#define STANDIN_SETTINGS_H

#include <stdbool.h>

typedef struct {
  /* RFCSIM_ADDR: tcp:host:port or unix:/path, instead of ASHOST and 33<SYSNR>; empty if not set. */
  char address[512];
  /* RFC_INI: where sapnwrfc.ini lies; empty for the working directory. */
  char ini[1024];
  /* RFCSIM_VERSION: what RfcGetVersion reports. */
  unsigned version[3];
  /* RFCSIM_TRACE=1: requests and replies go to stderr. */
  bool is_tracing;
  /* RFCSIM_STRICT=1: a CHAR value too long for its field is an error instead of being cut. */
  bool is_strict;
} Settings;

const Settings *settings(void);

void settings_read(void);

/* Writes one line to stderr if tracing. */
__attribute__((format(printf, 1, 2))) void trace(const char *format, ...);

#endif
