#include "container.h"

#include <stdlib.h>
#include <string.h>

#include "errors.h"

static void value_free(Value *value, const Field *field) {
  if (is_text(field->type) || is_raw(field->type)) free(value->buffer.data);
  else if (field->type == TYPE_STRUCTURE || field->type == TYPE_TABLE) container_free(value->container);
  memset(value, 0, sizeof *value);
}

static bool set_buffer(Value *value, const void *data, unsigned length, size_t unit) {
  char *copy = malloc(((size_t)length + 1) * unit);
  if (copy == NULL) return false;
  if (length > 0) memcpy(copy, data, length * unit);
  memset(copy + length * unit, 0, unit);
  free(value->buffer.data);
  value->buffer.data = copy;
  value->buffer.length = length;
  return true;
}

bool value_set_text(Value *value, const SAP_UC *text, unsigned length) {
  return set_buffer(value, text, length, sizeof *text);
}

bool value_set_bytes(Value *value, const RFC_BYTE *bytes, unsigned length) {
  return set_buffer(value, bytes, length, sizeof *bytes);
}

static bool set_zeros(Value *value, unsigned length) {
  SAP_UC *text = malloc(((size_t)length + 1) * sizeof *text);
  if (text == NULL) return false;
  for (unsigned i = 0; i < length; i++) text[i] = u'0';
  text[length] = 0;
  value->buffer.data = text;
  value->buffer.length = length;
  return true;
}

static bool set_null_bytes(Value *value, unsigned length) {
  value->buffer.data = calloc((size_t)length + 1, 1);
  if (value->buffer.data == NULL) return false;
  value->buffer.length = length;
  return true;
}

static bool set_zero_with_decimals(Value *value, unsigned decimals) {
  if (!set_zeros(value, decimals == 0 ? 1 : decimals + 2)) return false;
  if (decimals > 0) ((SAP_UC *)value->buffer.data)[1] = u'.';
  return true;
}

bool value_reset(Value *value, const Field *field) {
  value_free(value, field);
  switch (field->type) {
    case TYPE_NUM:
    case TYPE_DATE:
    case TYPE_TIME:
      return set_zeros(value, field->nuc_length);
    case TYPE_BCD:
      return set_zero_with_decimals(value, field->decimals);
    case TYPE_DECF16:
    case TYPE_DECF34:
      return set_zeros(value, 1);
    case TYPE_UTCLONG:
      return value_set_text(value, u"0000-00-00T00:00:00,0000000", UTCLONG_UNITS);
    case TYPE_CHAR:
    case TYPE_STRING:
      return value_set_text(value, u"", 0);
    case TYPE_BYTE:
      return set_null_bytes(value, field->nuc_length);
    case TYPE_XSTRING:
      return set_null_bytes(value, 0);
    case TYPE_STRUCTURE:
      value->container = container_new(field->line, HOLDS_STRUCTURE);
      return value->container != NULL;
    case TYPE_TABLE:
      value->container = container_new(field->line, HOLDS_TABLE);
      return value->container != NULL;
    default:
      return true;
  }
}

static bool fill(Container *container) {
  const Type *type = container->type;
  if (container->kind == HOLDS_TABLE) return true;
  container->values = calloc((size_t)type->count + 1, sizeof *container->values);
  if (container->values == NULL) return false;
  for (unsigned i = 0; i < type->count; i++)
    if (!value_reset(&container->values[i], &type->fields[i])) return false;
  if (container->kind == HOLDS_STRUCTURE) return true;
  container->is_given = calloc((size_t)type->count + 1, sizeof *container->is_given);
  container->is_inactive = calloc((size_t)type->count + 1, sizeof *container->is_inactive);
  return container->is_given != NULL && container->is_inactive != NULL;
}

Container *container_new(Type *type, ContainerKind kind) {
  Container *container = calloc(1, sizeof *container);
  if (container == NULL) return NULL;
  container->kind = kind;
  container->type = type;
  if (fill(container)) return container;
  container_free(container);
  return NULL;
}

void container_free(Container *container) {
  if (container == NULL) return;
  if (container->values != NULL)
    for (unsigned i = 0; i < container->type->count; i++)
      value_free(&container->values[i], &container->type->fields[i]);
  for (unsigned i = 0; i < container->count; i++) container_free(container->rows[i]);
  free(container->values);
  free(container->rows);
  free(container->is_given);
  free(container->is_inactive);
  free(container);
}

Container *table_append(Container *table) {
  if (table->count == table->capacity) {
    unsigned capacity = table->capacity == 0 ? 8 : 2 * table->capacity;
    Container **rows = realloc(table->rows, capacity * sizeof(Container *));
    if (rows == NULL) return NULL;
    table->rows = rows;
    table->capacity = capacity;
  }
  Container *row = container_new(table->type, HOLDS_STRUCTURE);
  if (row == NULL) return NULL;
  table->current = table->count;
  table->rows[table->count++] = row;
  return row;
}

Container *as_container(void *handle, ContainerKind kind) {
  Container *container = handle;
  return container != NULL && container->kind == kind ? container : NULL;
}

RFC_RC locate(void *handle, const SAP_UC *name, Field **field, Value **value, RFC_ERROR_INFO *error) {
  Container *container = handle;
  bool is_container = container != NULL && (container->kind == HOLDS_FUNCTION || container->kind == HOLDS_STRUCTURE ||
                                            container->kind == HOLDS_TABLE);
  if (!is_container) return report_bad_handle(error, "DATA_CONTAINER_HANDLE");
  if (container->kind == HOLDS_TABLE) {
    if (container->current >= container->count) return report(error, RFC_TABLE_MOVE_EOF, "table has no current row");
    container = container->rows[container->current];
  }
  *field = find_field(container->type, name);
  if (*field == NULL) return report_no_field(error, name);
  *value = &container->values[*field - container->type->fields];
  return report_ok(error);
}

RFC_RC locate_to_write(void *handle, const SAP_UC *name, Field **field, Value **value, RFC_ERROR_INFO *error) {
  RFC_RC code = locate(handle, name, field, value, error);
  Container *function = code == RFC_OK ? as_container(handle, HOLDS_FUNCTION) : NULL;
  if (function != NULL) function->is_given[*field - function->type->fields] = true;
  return code;
}

RFC_RC report_wrong_type(RFC_ERROR_INFO *error, const Field *field, const char *what) {
  return report(error, RFC_CONVERSION_FAILURE, "rfcsim: %s does not apply to field %s of type RFCTYPE_%s", what,
                field->name_utf8, type_name(field->type));
}
