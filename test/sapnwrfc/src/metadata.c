#include "metadata.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "decimal.h"
#include "errors.h"
#include "utf16.h"

/* ABAP's own bounds, or a little above them: a description beyond is a mistake, and would make every
 * container of it eat memory. */
enum { MAX_FIELDS = 4096, MAX_LENGTH = 262143, MAX_DEPTH = 16, MAX_LINE_BYTES = 1 << 20 };

static const struct {
  const char *name;
  int type;
  /* 0: the description says the length. */
  unsigned nuc_length, uc_length, alignment;
} kinds[] = {
    {"CHAR", TYPE_CHAR, 0, 0, 2},        {"NUM", TYPE_NUM, 0, 0, 2},          {"BYTE", TYPE_BYTE, 0, 0, 1},
    {"BCD", TYPE_BCD, 0, 0, 1},          {"DATE", TYPE_DATE, 8, 16, 2},       {"TIME", TYPE_TIME, 6, 12, 2},
    {"FLOAT", TYPE_FLOAT, 8, 8, 8},      {"INT", TYPE_INT, 4, 4, 4},          {"INT1", TYPE_INT1, 1, 1, 1},
    {"INT2", TYPE_INT2, 2, 2, 2},        {"INT8", TYPE_INT8, 8, 8, 8},        {"DECF16", TYPE_DECF16, 8, 8, 8},
    {"DECF34", TYPE_DECF34, 16, 16, 8},  {"STRING", TYPE_STRING, 8, 8, 8},    {"XSTRING", TYPE_XSTRING, 8, 8, 8},
    {"UTCLONG", TYPE_UTCLONG, 8, 8, 8}, {"STRUCTURE", TYPE_STRUCTURE, 0, 0, 8}, {"TABLE", TYPE_TABLE, 0, 0, 8},
};

enum { KIND_COUNT = sizeof kinds / sizeof *kinds };

typedef struct {
  const Json *types;
  Type *made;
  RFC_ERROR_INFO *error;
  const char *function;
} Builder;

const char *type_name(int type) {
  for (size_t i = 0; i < KIND_COUNT; i++)
    if (kinds[i].type == type) return kinds[i].name;
  return "?";
}

bool is_text(int type) {
  switch (type) {
    case TYPE_CHAR:
    case TYPE_NUM:
    case TYPE_DATE:
    case TYPE_TIME:
    case TYPE_STRING:
    case TYPE_BCD:
    case TYPE_DECF16:
    case TYPE_DECF34:
    case TYPE_UTCLONG:
      return true;
    default:
      return false;
  }
}

bool is_raw(int type) { return type == TYPE_BYTE || type == TYPE_XSTRING; }

Field *find_field(const Type *type, const SAP_UC *name) {
  for (unsigned i = 0; i < type->count; i++)
    if (utf16_equal(type->fields[i].name, name)) return &type->fields[i];
  return NULL;
}

Field *find_field_utf8(const Type *type, const char *name, size_t length) {
  for (unsigned i = 0; i < type->count; i++)
    if (strlen(type->fields[i].name_utf8) == length && memcmp(type->fields[i].name_utf8, name, length) == 0)
      return &type->fields[i];
  return NULL;
}

bool is_bare(const Type *type) { return type->count == 1 && type->fields[0].name[0] == 0; }

static bool flawed(const Builder *builder, const char *what, const char *name) {
  report(builder->error, RFC_INVALID_PARAMETER, "rfcsim: metadata of %s: %s '%s'", builder->function, what, name);
  return false;
}

static bool set_name(const Builder *builder, SAP_UC name[NAME_UNITS], char name_utf8[NAME_BYTES], const char *text) {
  size_t length = strlen(text);
  ptrdiff_t units = utf16_from_utf8(text, length, NULL);
  if (units < 0 || units >= NAME_UNITS) return flawed(builder, "a name that ABAP does not allow", text);
  utf16_put(name, NAME_UNITS, text);
  memcpy(name_utf8, text, length + 1);
  return true;
}

static void lines_free(Type *lines) {
  for (Type *line = lines, *next; line != NULL; line = next) {
    next = line->next;
    free(line->fields);
    free(line);
  }
}

static bool build_fields(Builder *builder, Type *type, const Json *fields, int depth);

/* Types that contain themselves end at the depth; a type used twice is built once. */
static Type *build_line(Builder *builder, const char *name, int depth) {
  for (Type *line = builder->made; line != NULL; line = line->next)
    if (strcmp(line->name_utf8, name) == 0) return line;
  const Json *fields = json_member(builder->types, name);
  if (fields == NULL || fields->count == 0 || depth > MAX_DEPTH) {
    flawed(builder, "a type is missing, empty or nested too deep:", name);
    return NULL;
  }
  Type *line = calloc(1, sizeof *line);
  if (line == NULL) {
    report_no_memory(builder->error);
    return NULL;
  }
  line->kind = DESCRIBES_LINE;
  if (!set_name(builder, line->name, line->name_utf8, name) || !build_fields(builder, line, fields, depth)) {
    lines_free(line);
    return NULL;
  }
  line->next = builder->made;
  builder->made = line;
  return line;
}

static int direction_of(const char *name) {
  if (strcmp(name, "EXPORT") == 0) return DIRECTION_EXPORT;
  if (strcmp(name, "CHANGING") == 0) return DIRECTION_CHANGING;
  return strcmp(name, "TABLES") == 0 ? DIRECTION_TABLES : DIRECTION_IMPORT;
}

static bool set_length(const Builder *builder, Field *field, size_t kind, long length, long decimals) {
  field->nuc_length = kinds[kind].nuc_length;
  field->uc_length = kinds[kind].uc_length;
  if (kinds[kind].nuc_length != 0) return true;
  long longest = field->type == TYPE_BCD ? MAX_BCD_BYTES : MAX_LENGTH;
  if (length < 1 || length > longest) return flawed(builder, "no length that ABAP allows for", field->name_utf8);
  if (decimals < 0 || (decimals > 0 && (field->type != TYPE_BCD || decimals > 2 * length - 1)))
    return flawed(builder, "more decimals than digits in", field->name_utf8);
  bool is_wide = field->type == TYPE_CHAR || field->type == TYPE_NUM;
  field->nuc_length = (unsigned)length;
  field->uc_length = (unsigned)(is_wide ? 2 * length : length);
  field->decimals = (unsigned)decimals;
  return true;
}

/* Gives the alignment, 0 after an error. */
static unsigned build_field(Builder *builder, Field *field, const Json *json, int depth) {
  const char *wanted = json_text(json, "type", "");
  size_t kind = 0;
  while (kind < KIND_COUNT && strcmp(kinds[kind].name, wanted) != 0) kind++;
  if (!set_name(builder, field->name, field->name_utf8, json_text(json, "name", ""))) return 0;
  if (kind == KIND_COUNT) return flawed(builder, "an unknown type:", wanted);
  UTF16_PUT(field->default_value, json_text(json, "default", ""));
  UTF16_PUT(field->text, json_text(json, "text", ""));
  field->type = kinds[kind].type;
  field->direction = direction_of(json_text(json, "dir", ""));
  field->is_optional = json_is_true(json, "optional");
  if (field->type == TYPE_STRUCTURE || field->type == TYPE_TABLE) {
    field->line = build_line(builder, json_text(json, "line", ""), depth + 1);
    if (field->line == NULL) return 0;
    field->nuc_length = field->line->nuc_length;
    field->uc_length = field->line->uc_length;
  } else if (!set_length(builder, field, kind, json_integer(json, "length", 0), json_integer(json, "decimals", 0))) {
    return 0;
  }
  return kinds[kind].alignment;
}

static unsigned align(unsigned offset, unsigned alignment) { return (offset + alignment - 1) / alignment * alignment; }

static bool build_fields(Builder *builder, Type *type, const Json *fields, int depth) {
  if (fields->kind != JSON_ARRAY || fields->count > MAX_FIELDS)
    return flawed(builder, "no list, or too long a one, of fields of", type->name_utf8);
  type->fields = calloc(fields->count + 1, sizeof *type->fields);
  if (type->fields == NULL) {
    report_no_memory(builder->error);
    return false;
  }
  for (const Json *json = fields->first; json != NULL; json = json->next) {
    Field *field = &type->fields[type->count++];
    unsigned alignment = build_field(builder, field, json, depth);
    if (alignment == 0) return false;
    /* Without Unicode a character is one byte, and needs no alignment. */
    field->nuc_offset = align(type->nuc_length, alignment == 2 && field->type != TYPE_INT2 ? 1 : alignment);
    field->uc_offset = align(type->uc_length, alignment);
    type->nuc_length = field->nuc_offset + field->nuc_length;
    type->uc_length = field->uc_offset + field->uc_length;
    if (type->uc_length > MAX_LINE_BYTES) return flawed(builder, "too long a line:", type->name_utf8);
  }
  return true;
}

Type *function_from_json(const Json *reply, const char *name, const char *repository, RFC_ERROR_INFO *error) {
  static const Json none = {.kind = JSON_ARRAY};
  const Json *parameters = json_member(reply, "params");
  Builder builder = {.types = json_member(reply, "types"), .error = error, .function = name};
  Type *function = calloc(1, sizeof *function);
  if (function == NULL || (function->repository = strdup(repository)) == NULL) {
    free(function);
    report_no_memory(error);
    return NULL;
  }
  function->kind = DESCRIBES_FUNCTION;
  bool is_built = set_name(&builder, function->name, function->name_utf8, name) &&
                  build_fields(&builder, function, parameters == NULL ? &none : parameters, 0);
  function->lines = builder.made;
  if (is_built) return function;
  function_free(function);
  return NULL;
}

void function_free(Type *function) {
  lines_free(function->lines);
  free(function->fields);
  free(function->repository);
  free(function);
}
