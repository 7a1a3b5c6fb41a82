/* The smallest of test frameworks: a failure is printed with its place, and the run goes on. */
#ifndef STANDIN_CHECK_H
#define STANDIN_CHECK_H

#include <stdbool.h>
#include <stddef.h>

#include "abi.h"

#define CHECK(condition) check_that((condition), #condition, __FILE__, __LINE__)
#define CHECK_TEXT(actual, expected) check_text((actual), (expected), __FILE__, __LINE__)
#define CHECK_CODE(actual, expected) check_code((actual), (expected), __FILE__, __LINE__)

bool check_that(bool is_so, const char *what, const char *file, int line);
void check_text(const char *actual, const char *expected, const char *file, int line);
void check_code(RFC_RC actual, RFC_RC expected, const char *file, int line);

/* Whether UTF-16 of the API says the same as UTF-8. */
bool says(const SAP_UC *actual, const char *expected);

/* Lets the n-th allocation of this thread fail from here on, counted from 0; -1 ends that. Gives whether one has
 * failed since the last call. */
bool allocations_fail_at(long n);

void check_texts(void);
void check_numbers(void);
void check_json(void);
void check_calls(void);
void check_connections(void);
void check_hostile_peer(void);
void check_threads(void);
void check_memory(void);

#endif
