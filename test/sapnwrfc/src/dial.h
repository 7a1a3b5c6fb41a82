/* Reaches the peer. */
#ifndef STANDIN_DIAL_H
#define STANDIN_DIAL_H

#include <stdint.h>

#include "parameters.h"

/* A socket that does not block; -1 with the error. Gives up after ten seconds. */
int dial(const Parameters *parameters, RFC_ERROR_INFO *error);

/* Of a clock that only goes forward. */
int64_t now_us(void);

#endif
