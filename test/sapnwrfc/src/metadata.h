/* What a function module and its structures look like, as the peer describes them. */
#ifndef STANDIN_METADATA_H
#define STANDIN_METADATA_H

#include <stdbool.h>

#include "abi.h"
#include "json.h"

/* Up to 30 units are at most 90 bytes. */
enum { NAME_BYTES = 91 };

typedef struct Type Type;

typedef struct {
  SAP_UC name[NAME_UNITS];
  char name_utf8[NAME_BYTES];
  int type, direction;
  bool is_optional;
  /* nuc: characters of text, bytes of the rest. uc: bytes with two a character. */
  unsigned nuc_length, uc_length, nuc_offset, uc_offset, decimals;
  /* Of a structure or table: what it, or its line, consists of. */
  Type *line;
  SAP_UC default_value[NAME_UNITS], text[TEXT_UNITS];
} Field;

typedef enum { DESCRIBES_LINE = 0x54595045, DESCRIBES_FUNCTION = 0x46554e43 } TypeKind;

/* A handle of the API: a structure's line, or a function whose fields are its parameters. */
struct Type {
  TypeKind kind;
  SAP_UC name[NAME_UNITS];
  char name_utf8[NAME_BYTES];
  unsigned count, nuc_length, uc_length;
  Field *fields;
  Type *next;
  /* Of a function: the line types that belong to it, and the system it was described by. */
  Type *lines;
  char *repository;
};

const char *type_name(int type);

/* Text in the sense of the API: kept as UTF-16, numbers with decimals included. */
bool is_text(int type);

bool is_raw(int type);

Field *find_field(const Type *type, const SAP_UC *name);

Field *find_field_utf8(const Type *type, const char *name, size_t length);

/* Whether an array of lines holds bare values: its only field has no name. */
bool is_bare(const Type *type);

/* Reads the reply to `describe`; NULL with the error if it is incomplete or beyond ABAP's bounds. */
Type *function_from_json(const Json *reply, const char *name, const char *repository, RFC_ERROR_INFO *error);

void function_free(Type *function);

/* Descriptions are kept for the process, as SAP's library does, for each system by itself. */
Type *cached_function(const char *repository, const SAP_UC *name);

/* Gives the one that is kept: of two threads that have described the same function, the first wins. */
Type *cache_function(Type *function);

#endif
