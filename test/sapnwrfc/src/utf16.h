/* Text between UTF-8, which the wire speaks, and UTF-16, which the API speaks. */
#ifndef STANDIN_UTF16_H
#define STANDIN_UTF16_H

#include <stdbool.h>

#include "abi.h"

size_t utf16_length(const SAP_UC *text);

bool utf16_equal(const SAP_UC *left, const SAP_UC *right);

/* Gives the units of well-formed UTF-8, -1 for anything else; `out` may be NULL to measure. */
ptrdiff_t utf16_from_utf8(const char *text, size_t length, SAP_UC *out);

/* Gives the bytes; lone surrogates become U+FFFD. `out` may be NULL to measure. */
size_t utf16_to_utf8(const SAP_UC *text, size_t length, char *out);

/* A copy for free(), NULL without memory. */
char *utf16_to_new_utf8(const SAP_UC *text);

/* Fills an array of the API and terminates it: too long a text is cut at a whole character, malformed
 * bytes become U+FFFD, since what arrives here may be an error of a broken peer. */
void utf16_put(SAP_UC *out, size_t capacity, const char *text);

#define UTF16_PUT(array, text) utf16_put((array), sizeof(array) / sizeof((array)[0]), (text))

#endif
