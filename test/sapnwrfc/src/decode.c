#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "convert.h"
#include "errors.h"
#include "utf16.h"
#include "wire.h"

static RFC_RC misfit(RFC_ERROR_INFO *error, const Field *field, const char *why) {
  return report(error, RFC_SERIALIZATION_FAILURE, "rfcsim: reply value for %s (%s): %s", field->name_utf8,
                type_name(field->type), why);
}

/* What a conversion refuses is the reply's fault here, not the caller's. */
static RFC_RC blame_reply(RFC_RC code, RFC_ERROR_INFO *error, const Field *field) {
  if (code == RFC_OK || code == RFC_MEMORY_INSUFFICIENT) return code;
  return misfit(error, field, "no value of this type");
}

static RFC_RC set_text(Value *value, const Field *field, const SAP_UC *text, unsigned length, RFC_ERROR_INFO *error) {
  switch (field->type) {
    case TYPE_CHAR:
      if (length > field->nuc_length) return misfit(error, field, "longer than the field");
      break;
    case TYPE_NUM:
      if (length != field->nuc_length) return misfit(error, field, "wrong length");
      return blame_reply(value_from_digits(value, field, text, length, error), error, field);
    case TYPE_DATE:
    case TYPE_TIME:
      if (length != field->nuc_length) return misfit(error, field, "wrong length");
      return value_from_fixed(value, field, text, error);
    default:
      break;
  }
  return blame_reply(value_from_text(value, field, text, length, error), error, field);
}

static RFC_RC decode_text(Value *value, const Field *field, const Json *json, RFC_ERROR_INFO *error) {
  if (json->kind != JSON_STRING && json->kind != JSON_NUMBER) return misfit(error, field, "string or number expected");
  ptrdiff_t length = utf16_from_utf8(json->text, json->length, NULL);
  if (length < 0 || length >= INT_MAX) return misfit(error, field, "not UTF-8");
  SAP_UC *text = malloc(((size_t)length + 1) * sizeof *text);
  if (text == NULL) return report_no_memory(error);
  utf16_from_utf8(json->text, json->length, text);
  text[length] = 0;
  RFC_RC code = set_text(value, field, text, (unsigned)length, error);
  free(text);
  return code;
}

static int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

static RFC_RC decode_bytes(Value *value, const Field *field, const Json *json, RFC_ERROR_INFO *error) {
  if (json->kind != JSON_STRING || json->length % 2 != 0 || json->length / 2 >= INT_MAX)
    return misfit(error, field, "hex string expected");
  unsigned length = (unsigned)(json->length / 2), kept = field->type == TYPE_BYTE ? field->nuc_length : length;
  if (length > kept) return misfit(error, field, "longer than the field");
  RFC_BYTE *bytes = calloc((size_t)kept + 1, 1);
  if (bytes == NULL) return report_no_memory(error);
  RFC_RC code = RFC_OK;
  for (unsigned i = 0; i < length && code == RFC_OK; i++) {
    int high = hex_digit(json->text[2 * i]), low = hex_digit(json->text[2 * i + 1]);
    if (high < 0 || low < 0) code = misfit(error, field, "hex string expected");
    else bytes[i] = (RFC_BYTE)(high << 4 | low);
  }
  if (code == RFC_OK && !value_set_bytes(value, bytes, kept)) code = report_no_memory(error);
  free(bytes);
  return code;
}

static void bounds_of(int type, long long *least, long long *most) {
  switch (type) {
    case TYPE_INT1:
      *least = 0;
      *most = UINT8_MAX;
      break;
    case TYPE_INT2:
      *least = INT16_MIN;
      *most = INT16_MAX;
      break;
    case TYPE_INT:
      *least = INT32_MIN;
      *most = INT32_MAX;
      break;
    default:
      *least = INT64_MIN;
      *most = INT64_MAX;
  }
}

static RFC_RC decode_integer(Value *value, const Field *field, const Json *json, RFC_ERROR_INFO *error) {
  bool is_integer = json->kind == JSON_NUMBER || (field->type == TYPE_INT8 && json->kind == JSON_STRING);
  if (!is_integer) return misfit(error, field, "integer expected");
  long long least, most;
  char *end;
  bounds_of(field->type, &least, &most);
  errno = 0;
  long long integer = strtoll(json->text, &end, 10);
  if (end == json->text || *end != 0 || errno != 0 || integer < least || integer > most)
    return misfit(error, field, "integer out of range");
  value->integer = integer;
  return RFC_OK;
}

static RFC_RC decode_value(Value *value, const Field *field, const Json *json, RFC_ERROR_INFO *error);

static RFC_RC decode_structure(Container *structure, const Json *json, RFC_ERROR_INFO *error) {
  const Type *type = structure->type;
  if (is_bare(type)) return decode_value(&structure->values[0], &type->fields[0], json, error);
  if (json->kind != JSON_OBJECT)
    return report(error, RFC_SERIALIZATION_FAILURE, "rfcsim: object expected for a structure of type %s",
                  type->name_utf8);
  RFC_RC code = RFC_OK;
  for (const Json *member = json->first; member != NULL && code == RFC_OK; member = member->next) {
    const Field *field = find_field_utf8(type, member->key, member->key_length);
    code = field == NULL ? report(error, RFC_SERIALIZATION_FAILURE, "rfcsim: reply has unknown field '%.60s' in %s",
                                  member->key, type->name_utf8)
                         : decode_value(&structure->values[field - type->fields], field, member, error);
  }
  return code;
}

static RFC_RC decode_table(Container *table, const Field *field, const Json *json, RFC_ERROR_INFO *error) {
  if (json->kind != JSON_ARRAY) return misfit(error, field, "array expected");
  RFC_RC code = RFC_OK;
  for (const Json *line = json->first; line != NULL && code == RFC_OK; line = line->next) {
    Container *row = table_append(table);
    code = row == NULL ? report_no_memory(error) : decode_structure(row, line, error);
  }
  table->current = 0;
  return code;
}

/* A reply replaces what was there: a structure or table starts empty, null is the initial value. */
static RFC_RC decode_value(Value *value, const Field *field, const Json *json, RFC_ERROR_INFO *error) {
  bool is_nested = field->type == TYPE_STRUCTURE || field->type == TYPE_TABLE;
  if ((is_nested || json->kind == JSON_NULL) && !value_reset(value, field)) return report_no_memory(error);
  if (json->kind == JSON_NULL) return RFC_OK;
  switch (field->type) {
    case TYPE_STRUCTURE:
      return decode_structure(value->container, json, error);
    case TYPE_TABLE:
      return decode_table(value->container, field, json, error);
    case TYPE_BYTE:
    case TYPE_XSTRING:
      return decode_bytes(value, field, json, error);
    case TYPE_INT:
    case TYPE_INT1:
    case TYPE_INT2:
    case TYPE_INT8:
      return decode_integer(value, field, json, error);
    default:
      return decode_text(value, field, json, error);
  }
}

RFC_RC decode_reply(Container *function, const Json *parameters, RFC_ERROR_INFO *error) {
  const Type *type = function->type;
  if (parameters == NULL || parameters->kind != JSON_OBJECT)
    return report(error, RFC_SERIALIZATION_FAILURE, "rfcsim: reply without parameters");
  RFC_RC code = RFC_OK;
  for (const Json *member = parameters->first; member != NULL && code == RFC_OK; member = member->next) {
    const Field *field = find_field_utf8(type, member->key, member->key_length);
    if (field == NULL || (field->direction & DIRECTION_EXPORT) == 0)
      return report(error, RFC_SERIALIZATION_FAILURE, "rfcsim: reply has unknown or input-only parameter '%.60s'",
                    member->key);
    size_t index = (size_t)(field - type->fields);
    if (!function->is_inactive[index]) code = decode_value(&function->values[index], field, member, error);
  }
  return code == RFC_OK ? report_ok(error) : code;
}
