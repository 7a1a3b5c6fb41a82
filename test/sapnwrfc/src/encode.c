#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "convert.h"
#include "utf16.h"
#include "wire.h"

static void add_text(Buffer *out, const Value *value) {
  const SAP_UC *text = value->buffer.data;
  size_t bytes = utf16_to_utf8(text, value->buffer.length, NULL);
  char *utf8 = malloc(bytes + 1);
  if (utf8 == NULL) {
    out->has_failed = true;
    return;
  }
  utf16_to_utf8(text, value->buffer.length, utf8);
  buffer_add_json(out, utf8, bytes);
  free(utf8);
}

static void add_bytes(Buffer *out, const Value *value) {
  static const char digits[] = "0123456789abcdef";
  const RFC_BYTE *bytes = value->buffer.data;
  buffer_add(out, "\"", 1);
  for (unsigned i = 0; i < value->buffer.length; i++) {
    const char pair[2] = {digits[bytes[i] >> 4], digits[bytes[i] & 15]};
    buffer_add(out, pair, sizeof pair);
  }
  buffer_add(out, "\"", 1);
}

/* The process may run in a locale that writes a comma. */
static void add_number(Buffer *out, double number) {
  char text[64];
  snprintf(text, sizeof text, "%.17g", number);
  char *comma = strchr(text, ',');
  if (comma != NULL) *comma = '.';
  buffer_add_text(out, text);
}

static void add_value(Buffer *out, const Field *field, const Value *value);

static void add_structure(Buffer *out, const Container *structure) {
  const Type *type = structure->type;
  if (is_bare(type)) {
    add_value(out, &type->fields[0], &structure->values[0]);
    return;
  }
  buffer_add(out, "{", 1);
  for (unsigned i = 0; i < type->count; i++) {
    if (i > 0) buffer_add(out, ",", 1);
    buffer_add_json(out, type->fields[i].name_utf8, strlen(type->fields[i].name_utf8));
    buffer_add(out, ":", 1);
    add_value(out, &type->fields[i], &structure->values[i]);
  }
  buffer_add(out, "}", 1);
}

static void add_table(Buffer *out, const Container *table) {
  buffer_add(out, "[", 1);
  for (unsigned i = 0; i < table->count; i++) {
    if (i > 0) buffer_add(out, ",", 1);
    add_structure(out, table->rows[i]);
  }
  buffer_add(out, "]", 1);
}

static void add_value(Buffer *out, const Field *field, const Value *value) {
  /* A value that could not be set for want of memory was reported; whoever calls all the same sends null. */
  bool is_held = is_text(field->type) || is_raw(field->type) ? value->buffer.data != NULL : value->container != NULL;
  switch (field->type) {
    case TYPE_FLOAT:
      add_number(out, value->number);
      break;
    case TYPE_INT:
    case TYPE_INT1:
    case TYPE_INT2:
      buffer_format(out, "%" PRId64, value->integer);
      break;
    case TYPE_INT8:
      buffer_format(out, "\"%" PRId64 "\"", value->integer);
      break;
    default:
      if (!is_held) buffer_add_text(out, "null");
      else if (field->type == TYPE_STRUCTURE) add_structure(out, value->container);
      else if (field->type == TYPE_TABLE) add_table(out, value->container);
      else if (is_raw(field->type)) add_bytes(out, value);
      else add_text(out, value);
  }
}

static void add_name(Buffer *out, const Field *field, unsigned *count) {
  if ((*count)++ > 0) buffer_add(out, ",", 1);
  buffer_add_json(out, field->name_utf8, strlen(field->name_utf8));
}

void encode_call(Buffer *out, const Container *function) {
  const Type *type = function->type;
  unsigned count = 0;
  buffer_add_text(out, "{\"op\":\"invoke\",\"function\":");
  buffer_add_json(out, type->name_utf8, strlen(type->name_utf8));
  buffer_add_text(out, ",\"params\":{");
  for (unsigned i = 0; i < type->count; i++) {
    bool is_input = (type->fields[i].direction & DIRECTION_IMPORT) != 0;
    if (!is_input || !function->is_given[i] || function->is_inactive[i]) continue;
    add_name(out, &type->fields[i], &count);
    buffer_add(out, ":", 1);
    add_value(out, &type->fields[i], &function->values[i]);
  }
  buffer_add_text(out, "},\"inactive\":[");
  count = 0;
  for (unsigned i = 0; i < type->count; i++)
    if (function->is_inactive[i]) add_name(out, &type->fields[i], &count);
  buffer_add_text(out, "]}\n");
}
