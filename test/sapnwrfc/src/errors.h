/* Fills the caller's RFC_ERROR_INFO, on success too: the addon reads it either way. It may be NULL. */
#ifndef STANDIN_ERRORS_H
#define STANDIN_ERRORS_H

#include "abi.h"
#include "json.h"

RFC_RC report_ok(RFC_ERROR_INFO *error);

__attribute__((format(printf, 3, 4))) RFC_RC report(RFC_ERROR_INFO *error, RFC_RC code, const char *format, ...);

/* The error object of a reply. A code or group that does not exist becomes one that does. */
RFC_RC report_reply(RFC_ERROR_INFO *error, const Json *reply);

RFC_RC report_bad_handle(RFC_ERROR_INFO *error, const char *kind);

RFC_RC report_no_memory(RFC_ERROR_INFO *error);

RFC_RC report_no_field(RFC_ERROR_INFO *error, const SAP_UC *name);

/* NULL for a number that is no code. */
const SAP_UC *code_name(RFC_RC code);

#endif
