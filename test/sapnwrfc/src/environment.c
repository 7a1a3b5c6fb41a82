#include <stddef.h>

#include "api.h"
#include "errors.h"
#include "settings.h"
#include "utf16.h"

RFC_RC RfcUTF8ToSAPUC(const RFC_BYTE *text, unsigned length, SAP_UC *out, unsigned *capacity, unsigned *written,
                      RFC_ERROR_INFO *error) {
  ptrdiff_t units = utf16_from_utf8((const char *)text, length, NULL);
  if (units < 0) return report(error, RFC_CODEPAGE_CONVERSION_FAILURE, "rfcsim: malformed UTF-8");
  if (written != NULL) *written = (unsigned)units;
  if ((size_t)units >= *capacity) {
    *capacity = (unsigned)units + 1;
    return report(error, RFC_BUFFER_TOO_SMALL, "%s: %td units do not fit", __func__, units);
  }
  utf16_from_utf8((const char *)text, length, out);
  out[units] = 0;
  return report_ok(error);
}

RFC_RC RfcSAPUCToUTF8(const SAP_UC *text, unsigned length, RFC_BYTE *out, unsigned *capacity, unsigned *written,
                      RFC_ERROR_INFO *error) {
  size_t bytes = utf16_to_utf8(text, length, NULL);
  if (written != NULL) *written = (unsigned)bytes;
  if (bytes > *capacity) {
    *capacity = (unsigned)bytes;
    return report(error, RFC_BUFFER_TOO_SMALL, "%s: %zu bytes do not fit", __func__, bytes);
  }
  utf16_to_utf8(text, length, (char *)out);
  /* The addon's capacity leaves room for a terminator that it does not count; a text that fills it has none. */
  if (bytes < *capacity) out[bytes] = 0;
  return report_ok(error);
}

const SAP_UC *RfcGetRcAsString(RFC_RC code) {
  const SAP_UC *name = code_name(code);
  return name == NULL ? u"RFC_UNKNOWN" : name;
}

const SAP_UC *RfcGetVersion(unsigned *major, unsigned *minor, unsigned *patch) {
  const unsigned *version = settings()->version;
  if (major != NULL) *major = version[0];
  if (minor != NULL) *minor = version[1];
  if (patch != NULL) *patch = version[2];
  return u"rfcsim local stand-in, not SAP NW RFC SDK";
}
