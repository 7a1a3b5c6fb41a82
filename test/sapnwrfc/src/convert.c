#include "convert.h"

#include <locale.h>
#include <math.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "decimal.h"
#include "errors.h"
#include "settings.h"
#include "utf16.h"

static bool is_digit(SAP_UC unit) { return unit >= u'0' && unit <= u'9'; }

static RFC_RC outcome(bool is_set, RFC_ERROR_INFO *error) { return is_set ? report_ok(error) : report_no_memory(error); }

/* What SAP's library does with a value too long for its field was never verified; it is cut here. */
static RFC_RC set_char(Value *value, const Field *field, const SAP_UC *text, unsigned length, RFC_ERROR_INFO *error) {
  if (length > field->nuc_length && settings()->is_strict)
    return report(error, RFC_BUFFER_TOO_SMALL, "rfcsim: value of %u characters does not fit field %s of length %u",
                  length, field->name_utf8, field->nuc_length);
  return outcome(value_set_text(value, text, length > field->nuc_length ? field->nuc_length : length), error);
}

static bool is_utclong(const SAP_UC *text, unsigned length) {
  static const char pattern[] = "dddd-dd-ddTdd:dd:dd.ddddddd";
  if (length != UTCLONG_UNITS) return false;
  for (unsigned i = 0; i < length; i++) {
    switch (pattern[i]) {
      case 'd':
        if (!is_digit(text[i])) return false;
        break;
      case 'T':
        if (text[i] != u'T' && text[i] != u' ') return false;
        break;
      case '.':
        if (text[i] != u'.' && text[i] != u',') return false;
        break;
      default:
        if (text[i] != (SAP_UC)pattern[i]) return false;
    }
  }
  return true;
}

static RFC_RC set_utclong(Value *value, const SAP_UC *text, unsigned length, RFC_ERROR_INFO *error) {
  if (!is_utclong(text, length))
    return report(error, RFC_CONVERSION_FAILURE, "rfcsim: a value is not of the form of RFCTYPE_UTCLONG");
  if (!value_set_text(value, text, length)) return report_no_memory(error);
  /* The addon puts a point in this place of what it reads; SAP's library has a comma there. */
  ((SAP_UC *)value->buffer.data)[19] = u',';
  return report_ok(error);
}

static locale_t plain_locale;
static pthread_once_t plain_locale_once = PTHREAD_ONCE_INIT;

static void make_plain_locale(void) { plain_locale = newlocale(LC_ALL_MASK, "C", (locale_t)0); }

bool number_from_text(const char *text, double *out) {
  pthread_once(&plain_locale_once, make_plain_locale);
  locale_t before = plain_locale == (locale_t)0 ? (locale_t)0 : uselocale(plain_locale);
  char *end;
  *out = strtod(text, &end);
  if (before != (locale_t)0) uselocale(before);
  return *end == 0 && isfinite(*out);
}

static RFC_RC set_literal(Value *value, const Field *field, const char *literal, RFC_ERROR_INFO *error) {
  char text[DECIMAL_TEXT];
  SAP_UC units[DECIMAL_TEXT];
  ptrdiff_t flaw = decimal_flaw(literal);
  if (flaw >= 0)
    return report(error, RFC_CONVERSION_FAILURE,
                  "Cannot convert string value %s at position %td for the field %s to type RFCTYPE_%s", literal, flaw,
                  field->name_utf8, type_name(field->type));
  bool fits;
  if (field->type == TYPE_FLOAT) fits = number_from_text(literal, &value->number);
  else if (field->type == TYPE_BCD) fits = decimal_to_bcd(literal, field->nuc_length, field->decimals, text);
  else if (field->type == TYPE_DECF16) fits = decimal_to_decfloat(literal, 16, 384, text);
  else fits = decimal_to_decfloat(literal, 34, 6144, text);
  if (!fits)
    return report(error, RFC_CONVERSION_FAILURE, "rfcsim: overflow, %s does not fit field %s of type RFCTYPE_%s",
                  literal, field->name_utf8, type_name(field->type));
  if (field->type == TYPE_FLOAT) return report_ok(error);
  UTF16_PUT(units, text);
  return outcome(value_set_text(value, units, (unsigned)utf16_length(units)), error);
}

static RFC_RC set_decimal(Value *value, const Field *field, const SAP_UC *text, unsigned length,
                          RFC_ERROR_INFO *error) {
  while (length > 0 && text[length - 1] == u' ') length--;
  while (length > 0 && text[0] == u' ') {
    text++;
    length--;
  }
  if (length == 0) return set_literal(value, field, "0", error);
  size_t bytes = utf16_to_utf8(text, length, NULL);
  char *literal = malloc(bytes + 1);
  if (literal == NULL) return report_no_memory(error);
  utf16_to_utf8(text, length, literal);
  literal[bytes] = 0;
  RFC_RC code = set_literal(value, field, literal, error);
  free(literal);
  return code;
}

RFC_RC value_from_text(Value *value, const Field *field, const SAP_UC *text, unsigned length, RFC_ERROR_INFO *error) {
  switch (field->type) {
    case TYPE_STRING:
      return outcome(value_set_text(value, text, length), error);
    case TYPE_CHAR:
      return set_char(value, field, text, length, error);
    case TYPE_UTCLONG:
      return set_utclong(value, text, length, error);
    case TYPE_BCD:
    case TYPE_DECF16:
    case TYPE_DECF34:
    case TYPE_FLOAT:
      return set_decimal(value, field, text, length, error);
    default:
      return report_wrong_type(error, field, "a string value");
  }
}

static void fill(SAP_UC *text, SAP_UC with, unsigned length) {
  for (unsigned i = 0; i < length; i++) text[i] = with;
}

RFC_RC value_from_digits(Value *value, const Field *field, const SAP_UC *digits, unsigned length,
                         RFC_ERROR_INFO *error) {
  for (unsigned i = 0; i < length; i++)
    if (!is_digit(digits[i]))
      return report(error, RFC_CONVERSION_FAILURE, "rfcsim: non-digit at position %u for the field %s of type RFCTYPE_NUM",
                    i, field->name_utf8);
  for (; length > field->nuc_length && digits[0] == u'0'; length--) digits++;
  if (length > field->nuc_length)
    return report(error, RFC_BUFFER_TOO_SMALL, "rfcsim: too many digits for the field %s", field->name_utf8);
  if (!value_reset(value, field)) return report_no_memory(error);
  SAP_UC *text = value->buffer.data;
  memcpy(text + (field->nuc_length - length), digits, length * sizeof *digits);
  return report_ok(error);
}

RFC_RC value_from_fixed(Value *value, const Field *field, const SAP_UC *text, RFC_ERROR_INFO *error) {
  /* The addon passes any string, without its length: a shorter one must not be read beyond its end. */
  unsigned length = 0;
  while (length < field->nuc_length && text[length] != 0) length++;
  if (!value_reset(value, field)) return report_no_memory(error);
  SAP_UC *out = value->buffer.data;
  fill(out, u' ', field->nuc_length);
  memcpy(out, text, length * sizeof *text);
  return report_ok(error);
}
