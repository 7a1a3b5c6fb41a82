#include "decimal.h"

#include <stdlib.h>
#include <stdio.h>
#include <string.h>

enum { KEPT_DIGITS = 64, FAR = 1000000 };

/* 0.d1d2d3... * 10^point; the first digit is not 0, and zero has no digits. */
typedef struct {
  bool is_negative;
  char digits[KEPT_DIGITS];
  int count, point;
} Decimal;

static bool is_digit(char c) { return c >= '0' && c <= '9'; }

ptrdiff_t decimal_flaw(const char *literal) {
  const char *at = literal;
  size_t digits = 0;
  if (*at == '+' || *at == '-') at++;
  for (; is_digit(*at); at++) digits++;
  if (*at == '.')
    for (at++; is_digit(*at); at++) digits++;
  if (digits == 0) return at - literal;
  if (*at == 'e' || *at == 'E') {
    at++;
    if (*at == '+' || *at == '-') at++;
    if (!is_digit(*at)) return at - literal;
    while (is_digit(*at)) at++;
  }
  return *at == 0 ? -1 : at - literal;
}

/* Digits beyond those kept are dropped: nothing here keeps more than 34, and the next one alone decides
 * how these are rounded. */
static Decimal parse(const char *literal) {
  Decimal decimal = {.is_negative = *literal == '-'};
  const char *at = literal;
  bool is_behind_point = false;
  long point = 0, exponent = 0;
  for (; *at != 0 && *at != 'e' && *at != 'E'; at++) {
    if (*at == '.') is_behind_point = true;
    if (!is_digit(*at)) continue;
    bool is_leading_zero = *at == '0' && decimal.count == 0;
    if (!is_leading_zero && decimal.count < KEPT_DIGITS) decimal.digits[decimal.count++] = *at;
    if (!is_behind_point && !is_leading_zero && point < FAR) point++;
    if (is_behind_point && is_leading_zero && point > -FAR) point--;
  }
  if (*at != 0) exponent = strtol(at + 1, NULL, 10);
  if (exponent > FAR) exponent = FAR;
  if (exponent < -FAR) exponent = -FAR;
  decimal.point = decimal.count == 0 ? 0 : (int)(point + exponent);
  return decimal;
}

/* Keeps the first `keep` digits. A carry through all of them makes the number one digit longer. */
static void round_to(Decimal *decimal, int keep) {
  if (keep >= decimal->count) return;
  bool is_up = keep >= 0 && decimal->digits[keep] >= '5';
  decimal->count = keep < 0 ? 0 : keep;
  if (is_up) {
    while (decimal->count > 0 && decimal->digits[decimal->count - 1] == '9') decimal->count--;
    if (decimal->count > 0) {
      decimal->digits[decimal->count - 1]++;
    } else {
      decimal->digits[decimal->count++] = '1';
      decimal->point++;
    }
  }
  if (decimal->count == 0) decimal->point = 0;
}

static char digit_at(const Decimal *decimal, int position) {
  return position >= 0 && position < decimal->count ? decimal->digits[position] : '0';
}

/* At most a sign, 34 digits before the point or 40 behind it, and the point. */
static void write_plain(const Decimal *decimal, int decimals, char out[DECIMAL_TEXT]) {
  if (decimal->is_negative && decimal->count > 0) *out++ = '-';
  if (decimal->point <= 0) *out++ = '0';
  for (int i = 0; i < decimal->point; i++) *out++ = digit_at(decimal, i);
  if (decimals > 0) *out++ = '.';
  for (int i = 0; i < decimals; i++) *out++ = digit_at(decimal, decimal->point + i);
  *out = 0;
}

bool decimal_to_bcd(const char *literal, unsigned bytes, unsigned decimals, char out[DECIMAL_TEXT]) {
  Decimal decimal = parse(literal);
  int places = (int)decimals, digits = 2 * (int)bytes - 1;
  if (bytes > MAX_BCD_BYTES || places > digits) return false;
  round_to(&decimal, decimal.point + places);
  if (decimal.point > digits - places) return false;
  write_plain(&decimal, places, out);
  return true;
}

bool decimal_to_decfloat(const char *literal, int digits, int max_exponent, char out[DECIMAL_TEXT]) {
  Decimal decimal = parse(literal);
  bool is_short = decimal.count <= digits && strlen(literal) < DECIMAL_TEXT;
  round_to(&decimal, digits);
  int exponent = decimal.point - 1;
  if (decimal.count > 0 && (exponent > max_exponent || exponent < -max_exponent)) return false;
  if (is_short) {
    if (*literal == '+') literal++;
    do *out++ = *literal == 'e' ? 'E' : *literal;
    while (*literal++ != 0);
    return true;
  }
  while (decimal.count > 0 && decimal.digits[decimal.count - 1] == '0') decimal.count--;
  bool is_plain = decimal.point <= digits && decimal.point > -6;
  if (is_plain) {
    int behind = decimal.count - decimal.point;
    write_plain(&decimal, behind > 0 ? behind : 0, out);
    return true;
  }
  snprintf(out, DECIMAL_TEXT, "%s%c%s%.*sE%+d", decimal.is_negative ? "-" : "", decimal.digits[0],
           decimal.count > 1 ? "." : "", decimal.count - 1, decimal.digits + 1, exponent);
  return true;
}
