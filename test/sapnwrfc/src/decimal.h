/* Decimal numbers as text, the only form in which they cross the API and the wire. */
#ifndef STANDIN_DECIMAL_H
#define STANDIN_DECIMAL_H

#include <stdbool.h>
#include <stddef.h>

enum { DECIMAL_TEXT = 64, MAX_BCD_BYTES = 16 };

/* Where a text stops being a decimal literal; -1 for one that is right to its end. */
ptrdiff_t decimal_flaw(const char *literal);

/* A packed number of `bytes` holds 2 * bytes - 1 digits, `decimals` of them behind the point. Rounds half
 * away from zero; false if the digits before the point do not fit. */
bool decimal_to_bcd(const char *literal, unsigned bytes, unsigned decimals, char out[DECIMAL_TEXT]);

/* Keeps a literal of up to `digits` significant digits as it is, rounds a longer one half away from zero;
 * false if the exponent is out of reach. How SAP's library rounds and writes them was never verified. */
bool decimal_to_decfloat(const char *literal, int digits, int max_exponent, char out[DECIMAL_TEXT]);

#endif
