#include "arena.h"

#include <stdlib.h>

enum { BLOCK_BYTES = 65536 };

typedef struct ArenaBlock {
  struct ArenaBlock *next;
  size_t used, size;
  _Alignas(max_align_t) char data[];
} Block;

void *arena_take(Arena *arena, size_t bytes) {
  bytes = (bytes + _Alignof(max_align_t) - 1) & ~(_Alignof(max_align_t) - 1);
  Block *block = arena->blocks;
  if (block == NULL || block->size - block->used < bytes) {
    size_t size = bytes > BLOCK_BYTES ? bytes : BLOCK_BYTES;
    block = malloc(sizeof *block + size);
    if (block == NULL) return NULL;
    block->next = arena->blocks;
    block->used = 0;
    block->size = size;
    arena->blocks = block;
  }
  void *memory = block->data + block->used;
  block->used += bytes;
  return memory;
}

void arena_free(Arena *arena) {
  for (Block *block = arena->blocks, *next; block != NULL; block = next) {
    next = block->next;
    free(block);
  }
  arena->blocks = NULL;
}
