#include <ctype.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "api.h"
#include "buffer.h"
#include "errors.h"
#include "parameters.h"
#include "settings.h"
#include "utf16.h"

enum { MAX_INI_BYTES = 1 << 20, MAX_PATH_BYTES = 4096 };

/* The file is read once and kept, as SAP's library does, until it is told to read it again. */
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static char *text, *folder;

static bool name_file(char path[MAX_PATH_BYTES]) {
  int length;
  if (folder != NULL) length = snprintf(path, MAX_PATH_BYTES, "%s/sapnwrfc.ini", folder);
  else if (settings()->ini[0] != 0) length = snprintf(path, MAX_PATH_BYTES, "%s", settings()->ini);
  else length = snprintf(path, MAX_PATH_BYTES, "sapnwrfc.ini");
  return length > 0 && length < MAX_PATH_BYTES;
}

/* With the mutex held. */
static bool load(void) {
  char path[MAX_PATH_BYTES], piece[4096];
  FILE *file = name_file(path) ? fopen(path, "re") : NULL;
  free(text);
  text = NULL;
  if (file == NULL) return false;
  Buffer buffer = {0};
  size_t read;
  while ((read = fread(piece, 1, sizeof piece, file)) > 0 && buffer.length < MAX_INI_BYTES)
    buffer_add(&buffer, piece, read);
  bool is_whole = ferror(file) == 0 && buffer.length < MAX_INI_BYTES;
  fclose(file);
  buffer_add(&buffer, "", 0);
  if (!is_whole || buffer.has_failed) {
    buffer_free(&buffer);
    return false;
  }
  text = buffer.text;
  return true;
}

static char *trimmed(char *start, char *end) {
  while (start < end && isspace((unsigned char)*start)) start++;
  while (end > start && isspace((unsigned char)end[-1])) end--;
  *end = 0;
  return start;
}

RFC_RC ini_apply(Parameters *parameters, const char *destination, RFC_ERROR_INFO *error) {
  bool is_inside = false, is_found = false, is_added = true;
  char *rest = NULL;
  pthread_mutex_lock(&mutex);
  if (text == NULL) load();
  char *copy = strdup(text == NULL ? "" : text);
  pthread_mutex_unlock(&mutex);
  if (copy == NULL) return report_no_memory(error);
  for (char *line = strtok_r(copy, "\r\n", &rest); line != NULL; line = strtok_r(NULL, "\r\n", &rest)) {
    char *equals = strchr(line, '='), *end = line + strlen(line);
    if (equals == NULL) continue;
    char *value = trimmed(equals + 1, end), *name = trimmed(line, equals);
    if (*name == '#' || *name == '/') continue;
    if (strcasecmp(name, "DEST") == 0) {
      is_inside = strcmp(value, destination) == 0;
      is_found = is_found || is_inside;
    } else if (is_inside) {
      is_added = is_added && parameters_add(parameters, name, value);
    }
  }
  free(copy);
  if (!is_added) return report_no_memory(error);
  if (is_found || parameter(parameters, "ashost") != NULL) return report_ok(error);
  return report(error, RFC_INVALID_PARAMETER, "rfcsim: destination %s not found in sapnwrfc.ini", destination);
}

RFC_RC RfcSetIniPath(const SAP_UC *path, RFC_ERROR_INFO *error) {
  char *wanted = utf16_to_new_utf8(path);
  if (wanted == NULL) return report_no_memory(error);
  pthread_mutex_lock(&mutex);
  free(folder);
  folder = wanted;
  bool is_loaded = load();
  pthread_mutex_unlock(&mutex);
  return is_loaded ? report_ok(error) : report(error, RFC_IO_FAILURE, "rfcsim: no readable sapnwrfc.ini there");
}

RFC_RC RfcReloadIniFile(RFC_ERROR_INFO *error) {
  pthread_mutex_lock(&mutex);
  load();
  pthread_mutex_unlock(&mutex);
  return report_ok(error);
}
