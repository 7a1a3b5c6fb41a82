#include <string.h>

#include "api.h"
#include "container.h"
#include "errors.h"

/* Finds the field and holds it against the types that a getter reads, given as a set of bits. */
static RFC_RC read_field(void *container, const SAP_UC *name, uint64_t types, const char *getter, Value **value,
                         RFC_ERROR_INFO *error) {
  Field *field;
  RFC_RC code = locate(container, name, &field, value, error);
  if (code != RFC_OK) return code;
  return (types >> field->type & 1) != 0 ? RFC_OK : report_wrong_type(error, field, getter);
}

#define BIT(type) ((uint64_t)1 << TYPE_##type)

static const uint64_t character_like = BIT(CHAR) | BIT(NUM) | BIT(DATE) | BIT(TIME) | BIT(STRING);
static const uint64_t any_text = BIT(CHAR) | BIT(NUM) | BIT(DATE) | BIT(TIME) | BIT(STRING) | BIT(BCD) | BIT(DECF16) |
                                 BIT(DECF34) | BIT(UTCLONG);
static const uint64_t any_raw = BIT(BYTE) | BIT(XSTRING);

static RFC_RC get_padded(void *container, const SAP_UC *name, uint64_t types, SAP_UC *out, unsigned capacity,
                         const char *getter, RFC_ERROR_INFO *error) {
  Value *value;
  RFC_RC code = read_field(container, name, types, getter, &value, error);
  if (code != RFC_OK) return code;
  unsigned length = value->buffer.length;
  if (length > capacity) return report(error, RFC_BUFFER_TOO_SMALL, "%s: %u units do not fit", getter, length);
  if (length > 0) memcpy(out, value->buffer.data, length * sizeof *out);
  for (unsigned i = length; i < capacity; i++) out[i] = u' ';
  return report_ok(error);
}

RFC_RC RfcGetChars(void *container, const SAP_UC *name, SAP_UC *out, unsigned capacity, RFC_ERROR_INFO *error) {
  return get_padded(container, name, character_like, out, capacity, __func__, error);
}

RFC_RC RfcGetNum(void *container, const SAP_UC *name, SAP_UC *out, unsigned capacity, RFC_ERROR_INFO *error) {
  return get_padded(container, name, BIT(NUM), out, capacity, __func__, error);
}

RFC_RC RfcGetDate(void *container, const SAP_UC *name, SAP_UC *out, RFC_ERROR_INFO *error) {
  return get_padded(container, name, BIT(DATE), out, DATE_UNITS, __func__, error);
}

RFC_RC RfcGetTime(void *container, const SAP_UC *name, SAP_UC *out, RFC_ERROR_INFO *error) {
  return get_padded(container, name, BIT(TIME), out, TIME_UNITS, __func__, error);
}

RFC_RC RfcGetStringLength(void *container, const SAP_UC *name, unsigned *length, RFC_ERROR_INFO *error) {
  Value *value;
  /* The addon allocates by the length whatever is returned. */
  *length = 0;
  RFC_RC code = read_field(container, name, any_text | any_raw, __func__, &value, error);
  if (code != RFC_OK) return code;
  *length = value->buffer.length;
  return report_ok(error);
}

RFC_RC RfcGetString(void *container, const SAP_UC *name, SAP_UC *out, unsigned capacity, unsigned *length,
                    RFC_ERROR_INFO *error) {
  Value *value;
  RFC_RC code = read_field(container, name, any_text, __func__, &value, error);
  if (code != RFC_OK) return code;
  if (length != NULL) *length = value->buffer.length;
  if (value->buffer.length >= capacity)
    return report(error, RFC_BUFFER_TOO_SMALL, "%s: %u units do not fit", __func__, value->buffer.length);
  if (value->buffer.length > 0) memcpy(out, value->buffer.data, value->buffer.length * sizeof *out);
  out[value->buffer.length] = 0;
  return report_ok(error);
}

RFC_RC RfcGetBytes(void *container, const SAP_UC *name, RFC_BYTE *out, unsigned capacity, RFC_ERROR_INFO *error) {
  Value *value;
  RFC_RC code = read_field(container, name, BIT(BYTE), __func__, &value, error);
  if (code != RFC_OK) return code;
  unsigned length = value->buffer.length;
  if (length > capacity) return report(error, RFC_BUFFER_TOO_SMALL, "%s: %u bytes do not fit", __func__, length);
  memset(out, 0, capacity);
  if (length > 0) memcpy(out, value->buffer.data, length);
  return report_ok(error);
}

RFC_RC RfcGetXString(void *container, const SAP_UC *name, RFC_BYTE *out, unsigned capacity, unsigned *length,
                     RFC_ERROR_INFO *error) {
  Value *value;
  RFC_RC code = read_field(container, name, any_raw, __func__, &value, error);
  if (code != RFC_OK) return code;
  if (length != NULL) *length = value->buffer.length;
  if (value->buffer.length > capacity)
    return report(error, RFC_BUFFER_TOO_SMALL, "%s: %u bytes do not fit", __func__, value->buffer.length);
  if (value->buffer.length > 0) memcpy(out, value->buffer.data, value->buffer.length);
  return report_ok(error);
}

RFC_RC RfcGetFloat(void *container, const SAP_UC *name, double *out, RFC_ERROR_INFO *error) {
  Value *value;
  /* The addon reads the number before it looks at what is returned. */
  *out = 0;
  RFC_RC code = read_field(container, name, BIT(FLOAT), __func__, &value, error);
  if (code != RFC_OK) return code;
  *out = value->number;
  return report_ok(error);
}

/* Each integer type reads those that fit into it. */
static RFC_RC get_integer(void *container, const SAP_UC *name, uint64_t types, const char *getter, int64_t *out,
                          RFC_ERROR_INFO *error) {
  Value *value;
  RFC_RC code = read_field(container, name, types, getter, &value, error);
  *out = code == RFC_OK ? value->integer : 0;
  return code == RFC_OK ? report_ok(error) : code;
}

RFC_RC RfcGetInt(void *container, const SAP_UC *name, int *out, RFC_ERROR_INFO *error) {
  int64_t integer;
  RFC_RC code = get_integer(container, name, BIT(INT) | BIT(INT2) | BIT(INT1), __func__, &integer, error);
  *out = (int)integer;
  return code;
}

RFC_RC RfcGetInt1(void *container, const SAP_UC *name, RFC_BYTE *out, RFC_ERROR_INFO *error) {
  int64_t integer;
  RFC_RC code = get_integer(container, name, BIT(INT1), __func__, &integer, error);
  *out = (RFC_BYTE)integer;
  return code;
}

RFC_RC RfcGetInt2(void *container, const SAP_UC *name, short *out, RFC_ERROR_INFO *error) {
  int64_t integer;
  RFC_RC code = get_integer(container, name, BIT(INT2) | BIT(INT1), __func__, &integer, error);
  *out = (short)integer;
  return code;
}

RFC_RC RfcGetInt8(void *container, const SAP_UC *name, long long *out, RFC_ERROR_INFO *error) {
  int64_t integer;
  RFC_RC code =
      get_integer(container, name, BIT(INT8) | BIT(INT) | BIT(INT2) | BIT(INT1), __func__, &integer, error);
  *out = integer;
  return code;
}
