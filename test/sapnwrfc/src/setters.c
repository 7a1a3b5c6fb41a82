#include <limits.h>
#include <stdlib.h>

#include "api.h"
#include "container.h"
#include "convert.h"
#include "errors.h"

static RFC_RC write_field(void *container, const SAP_UC *name, int type, const char *setter, Field **field,
                          Value **value, RFC_ERROR_INFO *error) {
  RFC_RC code = locate_to_write(container, name, field, value, error);
  if (code != RFC_OK) return code;
  return (*field)->type == type ? RFC_OK : report_wrong_type(error, *field, setter);
}

RFC_RC RfcSetString(void *container, const SAP_UC *name, const SAP_UC *text, unsigned length, RFC_ERROR_INFO *error) {
  Field *field;
  Value *value;
  RFC_RC code = locate_to_write(container, name, &field, &value, error);
  return code == RFC_OK ? value_from_text(value, field, text, length, error) : code;
}

RFC_RC RfcSetNum(void *container, const SAP_UC *name, const SAP_UC *text, unsigned length, RFC_ERROR_INFO *error) {
  Field *field;
  Value *value;
  RFC_RC code = write_field(container, name, TYPE_NUM, __func__, &field, &value, error);
  return code == RFC_OK ? value_from_digits(value, field, text, length, error) : code;
}

RFC_RC RfcSetDate(void *container, const SAP_UC *name, const SAP_UC *text, RFC_ERROR_INFO *error) {
  Field *field;
  Value *value;
  RFC_RC code = write_field(container, name, TYPE_DATE, __func__, &field, &value, error);
  return code == RFC_OK ? value_from_fixed(value, field, text, error) : code;
}

RFC_RC RfcSetTime(void *container, const SAP_UC *name, const SAP_UC *text, RFC_ERROR_INFO *error) {
  Field *field;
  Value *value;
  RFC_RC code = write_field(container, name, TYPE_TIME, __func__, &field, &value, error);
  return code == RFC_OK ? value_from_fixed(value, field, text, error) : code;
}

RFC_RC RfcSetBytes(void *container, const SAP_UC *name, const RFC_BYTE *bytes, unsigned length,
                   RFC_ERROR_INFO *error) {
  Field *field;
  Value *value;
  RFC_RC code = write_field(container, name, TYPE_BYTE, __func__, &field, &value, error);
  if (code != RFC_OK) return code;
  if (!value_reset(value, field)) return report_no_memory(error);
  /* node-rfc documents that SAP's library silently drops what is beyond the field. */
  RFC_BYTE *out = value->buffer.data;
  for (unsigned i = 0; i < length && i < field->nuc_length; i++) out[i] = bytes[i];
  return report_ok(error);
}

RFC_RC RfcSetXString(void *container, const SAP_UC *name, const RFC_BYTE *bytes, unsigned length,
                     RFC_ERROR_INFO *error) {
  Field *field;
  Value *value;
  RFC_RC code = write_field(container, name, TYPE_XSTRING, __func__, &field, &value, error);
  if (code != RFC_OK) return code;
  return value_set_bytes(value, bytes, length) ? report_ok(error) : report_no_memory(error);
}

RFC_RC RfcSetInt(void *container, const SAP_UC *name, int integer, RFC_ERROR_INFO *error) {
  Field *field;
  Value *value;
  RFC_RC code = locate_to_write(container, name, &field, &value, error);
  if (code != RFC_OK) return code;
  bool fits;
  switch (field->type) {
    case TYPE_INT1:
      fits = integer >= 0 && integer <= UINT8_MAX;
      break;
    case TYPE_INT2:
      fits = integer >= INT16_MIN && integer <= INT16_MAX;
      break;
    case TYPE_INT:
    case TYPE_INT8:
      fits = true;
      break;
    default:
      return report_wrong_type(error, field, __func__);
  }
  if (!fits)
    return report(error, RFC_CONVERSION_FAILURE, "rfcsim: %d out of range for RFCTYPE_%s", integer,
                  type_name(field->type));
  value->integer = integer;
  return report_ok(error);
}

RFC_RC RfcSetInt8(void *container, const SAP_UC *name, long long integer, RFC_ERROR_INFO *error) {
  Field *field;
  Value *value;
  RFC_RC code = write_field(container, name, TYPE_INT8, __func__, &field, &value, error);
  if (code != RFC_OK) return code;
  value->integer = integer;
  return report_ok(error);
}
