/* Data of a call: a function's parameters, a structure, or a table of rows. */
#ifndef STANDIN_CONTAINER_H
#define STANDIN_CONTAINER_H

#include <stdbool.h>

#include "abi.h"
#include "metadata.h"

typedef struct Container Container;

typedef union {
  int64_t integer;
  double number;
  struct {
    /* UTF-16 units of text, bytes of raw values; terminated in either case. */
    void *data;
    unsigned length;
  } buffer;
  Container *container;
} Value;

/* Told apart by the handles' first field: a handle of the wrong kind is an error, not a crash. */
typedef enum { HOLDS_FUNCTION = 0x63667563, HOLDS_STRUCTURE = 0x63737472, HOLDS_TABLE = 0x63746162 } ContainerKind;

struct Container {
  ContainerKind kind;
  Type *type;
  /* Of a function or structure, one for each field. */
  Value *values;
  /* Of a function: what the caller has given, and what it does not want back. */
  bool *is_given, *is_inactive;
  /* Of a table. */
  Container **rows;
  unsigned count, capacity, current;
};

/* NULL without memory. */
Container *container_new(Type *type, ContainerKind kind);

void container_free(Container *container);

/* NULL without memory; the new row becomes the current one. */
Container *table_append(Container *table);

/* NULL for a handle of another kind. */
Container *as_container(void *handle, ContainerKind kind);

/* Sets what the field holds before anybody has written it, and gives up what it held. */
bool value_reset(Value *value, const Field *field);

bool value_set_text(Value *value, const SAP_UC *text, unsigned length);

bool value_set_bytes(Value *value, const RFC_BYTE *bytes, unsigned length);

/* Finds a field behind a handle. A table means its current row. */
RFC_RC locate(void *handle, const SAP_UC *name, Field **field, Value **value, RFC_ERROR_INFO *error);

/* The same for writing: a parameter then counts as given. */
RFC_RC locate_to_write(void *handle, const SAP_UC *name, Field **field, Value **value, RFC_ERROR_INFO *error);

RFC_RC report_wrong_type(RFC_ERROR_INFO *error, const Field *field, const char *what);

#endif
