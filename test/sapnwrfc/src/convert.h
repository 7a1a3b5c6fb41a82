/* Text into the value of a field, by the rules of its type. */
#ifndef STANDIN_CONVERT_H
#define STANDIN_CONVERT_H

#include "container.h"

RFC_RC value_from_text(Value *value, const Field *field, const SAP_UC *text, unsigned length, RFC_ERROR_INFO *error);

RFC_RC value_from_digits(Value *value, const Field *field, const SAP_UC *digits, unsigned length,
                         RFC_ERROR_INFO *error);

/* A date or time has a fixed length; what is shorter is filled with blanks. */
RFC_RC value_from_fixed(Value *value, const Field *field, const SAP_UC *text, RFC_ERROR_INFO *error);

/* What JSON and JavaScript write: with a point, whatever the locale. False for what a double cannot hold. */
bool number_from_text(const char *text, double *out);

#endif
