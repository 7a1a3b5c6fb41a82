#include <ctype.h>

#include "api.h"
#include "errors.h"
#include "utf16.h"

static const struct {
  char iso[3];
  SAP_UC sap;
} languages[] = {
    {"EN", u'E'}, {"DE", u'D'}, {"FR", u'F'}, {"ES", u'S'}, {"IT", u'I'}, {"PT", u'P'}, {"NL", u'N'}, {"DA", u'K'},
    {"SV", u'V'}, {"NO", u'O'}, {"FI", u'U'}, {"PL", u'L'}, {"CS", u'C'}, {"SK", u'Q'}, {"HU", u'H'}, {"RU", u'R'},
    {"UK", u'8'}, {"TR", u'T'}, {"EL", u'G'}, {"HE", u'B'}, {"AR", u'A'}, {"JA", u'J'}, {"KO", u'3'}, {"ZH", u'1'},
    {"ZF", u'M'}, {"TH", u'2'}, {"RO", u'4'}, {"SL", u'5'}, {"HR", u'6'}, {"BG", u'W'}, {"ET", u'9'}, {"LT", u'X'},
    {"LV", u'Y'}, {"SR", u'0'}, {"MS", u'7'}, {"CA", u'c'}, {"AF", u'a'}, {"IS", u'b'}, {"ID", u'i'}, {"SH", u'd'},
};

enum { LANGUAGE_COUNT = sizeof languages / sizeof *languages };

static bool is_letter(SAP_UC unit, char letter) { return unit < 0x80 && toupper(unit) == letter; }

static RFC_RC report_unknown(RFC_ERROR_INFO *error) {
  return report(error, RFC_NOT_FOUND, "rfcsim: language not in table");
}

RFC_RC RfcLanguageIsoToSap(const SAP_UC *iso, SAP_UC *sap, RFC_ERROR_INFO *error) {
  if (utf16_length(iso) != 2) return report_unknown(error);
  for (size_t i = 0; i < LANGUAGE_COUNT; i++) {
    if (!is_letter(iso[0], languages[i].iso[0]) || !is_letter(iso[1], languages[i].iso[1])) continue;
    sap[0] = languages[i].sap;
    sap[1] = 0;
    return report_ok(error);
  }
  return report_unknown(error);
}

RFC_RC RfcLanguageSapToIso(const SAP_UC *sap, SAP_UC *iso, RFC_ERROR_INFO *error) {
  for (size_t i = 0; i < LANGUAGE_COUNT; i++) {
    if (sap[0] != languages[i].sap) continue;
    utf16_put(iso, 3, languages[i].iso);
    return report_ok(error);
  }
  return report_unknown(error);
}
