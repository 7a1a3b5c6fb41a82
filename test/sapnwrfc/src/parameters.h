/* The parameters of a connection, as the caller gives them and as sapnwrfc.ini adds to them. */
#ifndef STANDIN_PARAMETERS_H
#define STANDIN_PARAMETERS_H

#include <stdbool.h>

#include "abi.h"

enum { MAX_PARAMETERS = 128 };

typedef struct {
  unsigned count;
  struct {
    char *name, *value;
  } entries[MAX_PARAMETERS];
} Parameters;

/* On an error nothing is left to free. */
RFC_RC parameters_read(Parameters *parameters, const RFC_CONNECTION_PARAMETER *given, unsigned count,
                       RFC_ERROR_INFO *error);

void parameters_free(Parameters *parameters);

/* Adds one, its name in lower case, unless one of that name is there. False if there is no room. */
bool parameters_add(Parameters *parameters, const char *name, const char *value);

/* NULL if there is none. */
const char *parameter(const Parameters *parameters, const char *name);

/* Adds what sapnwrfc.ini says of the destination; the caller's own parameters stay. */
RFC_RC ini_apply(Parameters *parameters, const char *destination, RFC_ERROR_INFO *error);

#endif
