/* Memory that is taken in small pieces and freed as a whole. */
#ifndef STANDIN_ARENA_H
#define STANDIN_ARENA_H

#include <stddef.h>

typedef struct {
  struct ArenaBlock *blocks;
} Arena;

/* Aligned for everything; NULL without memory. */
void *arena_take(Arena *arena, size_t bytes);

void arena_free(Arena *arena);

#endif
