#include <stdlib.h>
#include <string.h>

#include "api.h"
#include "check.h"
#include "utf16.h"

static void check_utf8(void) {
  static const char *const malformed[] = {"\x80",         "\xC3",     "\xC3(",         "\xC0\xAF",         "\xE0\x80\xAF",
                                          "\xED\xA0\x80", "\xE2\x82", "\xF0\x80\x80\x80", "\xF4\x90\x80\x80", "\xFF"};
  SAP_UC units[16];
  char bytes[32];
  for (size_t i = 0; i < sizeof malformed / sizeof *malformed; i++)
    CHECK(utf16_from_utf8(malformed[i], strlen(malformed[i]), NULL) == -1);
  CHECK(utf16_from_utf8("aé✓😀", 10, units) == 5);
  CHECK(units[3] == 0xD83D && units[4] == 0xDE00);
  CHECK(utf16_to_utf8(units, 5, bytes) == 10 && memcmp(bytes, "aé✓😀", 10) == 0);
  CHECK(utf16_to_utf8(u"\xD83D", 1, bytes) == 3 && memcmp(bytes, "\xEF\xBF\xBD", 3) == 0);
  CHECK(utf16_from_utf8("a\0b", 3, units) == 3 && units[1] == 0 && units[2] == u'b');
}

static void check_cutting(void) {
  SAP_UC units[4];
  UTF16_PUT(units, "abcdef");
  CHECK(says(units, "abc"));
  UTF16_PUT(units, "ab😀");
  CHECK(says(units, "ab"));
  UTF16_PUT(units, "a\xC3");
  CHECK(says(units, "a\xEF\xBF\xBD"));
}

static void check_code_pages(void) {
  RFC_ERROR_INFO error;
  SAP_UC units[8];
  RFC_BYTE bytes[8];
  unsigned capacity = 3, written = 0;
  CHECK_CODE(RfcUTF8ToSAPUC((const RFC_BYTE *)"abc", 3, units, &capacity, &written, &error), RFC_BUFFER_TOO_SMALL);
  CHECK(capacity == 4 && written == 3 && error.code == RFC_BUFFER_TOO_SMALL);
  CHECK_CODE(RfcUTF8ToSAPUC((const RFC_BYTE *)"abc", 3, units, &capacity, &written, &error), RFC_OK);
  CHECK(error.code == RFC_OK && says(units, "abc"));
  CHECK_CODE(RfcUTF8ToSAPUC((const RFC_BYTE *)"\xFF", 1, units, &capacity, &written, &error),
             RFC_CODEPAGE_CONVERSION_FAILURE);
  capacity = 2;
  CHECK_CODE(RfcSAPUCToUTF8(u"✓", 1, bytes, &capacity, &written, &error), RFC_BUFFER_TOO_SMALL);
  CHECK_CODE(RfcSAPUCToUTF8(u"✓", 1, bytes, &capacity, &written, &error), RFC_OK);
  CHECK(written == 3 && memcmp(bytes, "✓", 3) == 0);
}

static void check_languages(void) {
  RFC_ERROR_INFO error;
  SAP_UC text[3];
  CHECK_CODE(RfcLanguageIsoToSap(u"de", text, &error), RFC_OK);
  CHECK(says(text, "D"));
  CHECK_CODE(RfcLanguageSapToIso(u"E", text, &error), RFC_OK);
  CHECK(says(text, "EN"));
  CHECK_CODE(RfcLanguageIsoToSap(u"XX", text, &error), RFC_NOT_FOUND);
  CHECK_CODE(RfcLanguageIsoToSap(u"D", text, &error), RFC_NOT_FOUND);
  CHECK_CODE(RfcLanguageSapToIso(u"?", text, &error), RFC_NOT_FOUND);
}

void check_texts(void) {
  check_utf8();
  check_cutting();
  check_code_pages();
  check_languages();
  CHECK(says(RfcGetRcAsString(RFC_CANCELED), "RFC_CANCELED"));
  CHECK(says(RfcGetRcAsString(-1), "RFC_UNKNOWN"));
  CHECK(says(RfcGetRcAsString(RFC_CODE_COUNT), "RFC_UNKNOWN"));
}
