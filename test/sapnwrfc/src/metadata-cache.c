#include <pthread.h>
#include <string.h>

#include "metadata.h"
#include "utf16.h"

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static Type *functions;

static Type *find(const char *repository, const SAP_UC *name) {
  Type *function = functions;
  while (function != NULL && (strcmp(function->repository, repository) != 0 || !utf16_equal(function->name, name)))
    function = function->next;
  return function;
}

Type *cached_function(const char *repository, const SAP_UC *name) {
  pthread_mutex_lock(&mutex);
  Type *function = find(repository, name);
  pthread_mutex_unlock(&mutex);
  return function;
}

Type *cache_function(Type *function) {
  pthread_mutex_lock(&mutex);
  Type *kept = find(function->repository, function->name);
  if (kept == NULL) {
    function->next = functions;
    functions = function;
  }
  pthread_mutex_unlock(&mutex);
  if (kept == NULL) return function;
  function_free(function);
  return kept;
}
