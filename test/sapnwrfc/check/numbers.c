
#include "check.h"
#include "convert.h"
#include "decimal.h"

typedef struct {
  const char *literal;
  unsigned bytes, decimals;
  /* NULL: does not fit. */
  const char *expected;
} Packed;

static const Packed packed[] = {
    {"0", 5, 2, "0.00"},
    {"-0", 5, 2, "0.00"},
    {"-0.004", 5, 2, "0.00"},
    {"0.005", 5, 2, "0.01"},
    {"-0.005", 5, 2, "-0.01"},
    {"-1234567.895", 5, 2, "-1234567.90"},
    {"9999999.994", 5, 2, "9999999.99"},
    {"9999999.995", 5, 2, NULL},
    {"10000000", 5, 2, NULL},
    {"1.5e3", 5, 2, "1500.00"},
    {"15e-1", 5, 0, "2"},
    {"1e-400", 5, 2, "0.00"},
    {"1e400", 5, 2, NULL},
    {"1e99999999999999999999", 5, 2, NULL},
    {"0e99999999999999999999", 5, 2, "0.00"},
    {"000000000000000000000000000000000000000000000000000000000000000000000000001", 5, 2, "1.00"},
    {"1.0000000000000000000000000000000000000000000000000000000000000000000000000001", 1, 0, "1"},
    {".5", 2, 1, "0.5"},
    {"+5.", 2, 0, "5"},
    {"9.95", 2, 1, "10.0"},
    {"99.95", 2, 1, NULL},
    {"1234567890123456789012345678901", 16, 0, "1234567890123456789012345678901"},
    {"0.0000000000000000000000000000001", 16, 31, "0.0000000000000000000000000000001"},
    {"1", 16, 31, NULL},
    {"1", 17, 0, NULL},
    {"1", 2, 4, NULL},
};

static const struct {
  const char *literal;
  int digits, max_exponent;
  const char *expected;
} floating[] = {
    {"1.5e3", 16, 384, "1.5E3"},
    {"+1.500", 16, 384, "1.500"},
    {"12345678901234567890.12", 34, 6144, "12345678901234567890.12"},
    {"12345678901234567890.12", 16, 384, "1.234567890123457E+19"},
    {"0.30000000000000004", 16, 384, "0.3"},
    {"-0.99999999999999999", 16, 384, "-1"},
    {"9999999999999999.5", 16, 384, "1E+16"},
    {"0.000000123456789012345678", 16, 384, "1.234567890123457E-7"},
    {"1e384", 16, 384, "1E384"},
    {"1e385", 16, 384, NULL},
    {"-1e-400", 16, 384, NULL},
    {"0e9999", 16, 384, "0E9999"},
    {"1e9999999999999", 34, 6144, NULL},
};

void check_numbers(void) {
  char out[DECIMAL_TEXT];
  double number = 0;
  for (size_t i = 0; i < sizeof packed / sizeof *packed; i++) {
    const Packed *row = &packed[i];
    bool fits = decimal_to_bcd(row->literal, row->bytes, row->decimals, out);
    CHECK_TEXT(fits ? out : "(does not fit)", row->expected == NULL ? "(does not fit)" : row->expected);
  }
  for (size_t i = 0; i < sizeof floating / sizeof *floating; i++) {
    bool fits = decimal_to_decfloat(floating[i].literal, floating[i].digits, floating[i].max_exponent, out);
    CHECK_TEXT(fits ? out : "(does not fit)", floating[i].expected == NULL ? "(does not fit)" : floating[i].expected);
  }
  CHECK(decimal_flaw("12x") == 2);
  CHECK(decimal_flaw("") == 0);
  CHECK(decimal_flaw("-") == 1);
  CHECK(decimal_flaw("1.2.3") == 3);
  CHECK(decimal_flaw("1e") == 2);
  CHECK(decimal_flaw("1 ") == 1);
  CHECK(decimal_flaw("NaN") == 0);
  CHECK(decimal_flaw("-12.5E+07") == -1);
  CHECK(number_from_text("0.25", &number) && number > 0.24 && number < 0.26);
  CHECK(!number_from_text("1e999", &number));
}
