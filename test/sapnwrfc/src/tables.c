#include <string.h>

#include "api.h"
#include "container.h"
#include "errors.h"

static RFC_RC get_nested(void *container, const SAP_UC *name, int type, void **out, RFC_ERROR_INFO *error) {
  Field *field;
  Value *value;
  /* What is handed out may be written through: the parameter counts as given from here on. */
  RFC_RC code = locate_to_write(container, name, &field, &value, error);
  if (code != RFC_OK) return code;
  if (field->type != type) return report_wrong_type(error, field, "a nested value");
  *out = value->container;
  return report_ok(error);
}

RFC_RC RfcGetStructure(void *container, const SAP_UC *name, void **structure, RFC_ERROR_INFO *error) {
  return get_nested(container, name, TYPE_STRUCTURE, structure, error);
}

RFC_RC RfcGetTable(void *container, const SAP_UC *name, void **table, RFC_ERROR_INFO *error) {
  return get_nested(container, name, TYPE_TABLE, table, error);
}

RFC_RC RfcGetRowCount(void *handle, unsigned *count, RFC_ERROR_INFO *error) {
  const Container *table = as_container(handle, HOLDS_TABLE);
  /* The addon goes on with the count whatever is returned. */
  *count = table == NULL ? 0 : table->count;
  return table == NULL ? report_bad_handle(error, "RFC_TABLE_HANDLE") : report_ok(error);
}

RFC_RC RfcMoveTo(void *handle, unsigned index, RFC_ERROR_INFO *error) {
  Container *table = as_container(handle, HOLDS_TABLE);
  if (table == NULL) return report_bad_handle(error, "RFC_TABLE_HANDLE");
  if (index >= table->count) return report(error, RFC_TABLE_MOVE_EOF, "row %u of %u", index, table->count);
  table->current = index;
  return report_ok(error);
}

RFC_RC RfcDeleteCurrentRow(void *handle, RFC_ERROR_INFO *error) {
  Container *table = as_container(handle, HOLDS_TABLE);
  if (table == NULL) return report_bad_handle(error, "RFC_TABLE_HANDLE");
  if (table->current >= table->count) return report(error, RFC_TABLE_MOVE_EOF, "table has no current row");
  Container **row = table->rows + table->current;
  container_free(*row);
  memmove(row, row + 1, (table->count - table->current - 1) * sizeof(Container *));
  table->count--;
  if (table->current >= table->count && table->count > 0) table->current = table->count - 1;
  return report_ok(error);
}

void *RfcAppendNewRow(void *handle, RFC_ERROR_INFO *error) {
  Container *table = as_container(handle, HOLDS_TABLE);
  if (table == NULL) {
    report_bad_handle(error, "RFC_TABLE_HANDLE");
    return NULL;
  }
  Container *row = table_append(table);
  if (row == NULL) report_no_memory(error);
  else report_ok(error);
  return row;
}
