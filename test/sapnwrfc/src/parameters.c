#include "parameters.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "errors.h"
#include "utf16.h"

const char *parameter(const Parameters *parameters, const char *name) {
  for (unsigned i = 0; i < parameters->count; i++)
    if (strcasecmp(parameters->entries[i].name, name) == 0) return parameters->entries[i].value;
  return NULL;
}

bool parameters_add(Parameters *parameters, const char *name, const char *value) {
  if (parameter(parameters, name) != NULL) return true;
  if (parameters->count == MAX_PARAMETERS) return false;
  char *own_name = strdup(name), *own_value = strdup(value);
  if (own_name == NULL || own_value == NULL) {
    free(own_name);
    free(own_value);
    return false;
  }
  for (char *c = own_name; *c != 0; c++) *c = (char)tolower((unsigned char)*c);
  parameters->entries[parameters->count].name = own_name;
  parameters->entries[parameters->count++].value = own_value;
  return true;
}

RFC_RC parameters_read(Parameters *parameters, const RFC_CONNECTION_PARAMETER *given, unsigned count,
                       RFC_ERROR_INFO *error) {
  *parameters = (Parameters){0};
  bool is_read = true;
  for (unsigned i = 0; i < count && is_read; i++) {
    char *name = utf16_to_new_utf8(given[i].name), *value = utf16_to_new_utf8(given[i].value);
    is_read = name != NULL && value != NULL && parameters_add(parameters, name, value);
    free(name);
    free(value);
  }
  if (is_read) return report_ok(error);
  bool are_too_many = parameters->count == MAX_PARAMETERS;
  parameters_free(parameters);
  return are_too_many ? report(error, RFC_INVALID_PARAMETER, "rfcsim: more than %d parameters", MAX_PARAMETERS)
                      : report_no_memory(error);
}

void parameters_free(Parameters *parameters) {
  for (unsigned i = 0; i < parameters->count; i++) {
    free(parameters->entries[i].name);
    free(parameters->entries[i].value);
  }
  parameters->count = 0;
}
