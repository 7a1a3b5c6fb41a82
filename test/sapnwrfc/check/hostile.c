#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api.h"
#include "check.h"
#include "json.h"
#include "metadata.h"
#include "peer.h"
#include "wire.h"

enum { ROUNDS = 30000, TEXT_BYTES = 8192 };

/* Always the same sequence, so that what is found can be found again. */
static uint32_t next_random(uint32_t *state) {
  *state ^= *state << 13;
  *state ^= *state >> 17;
  *state ^= *state << 5;
  return *state;
}

/* Changes a few bytes, repeats or drops a piece, or puts in what is at a limit. */
static size_t mutate(char *text, size_t length, uint32_t *state) {
  static const char *const limits[] = {"-1", "0",    "4294967296", "99999999999999999999", "1e999", "null", "[]", "{}",
                                       "\"\"", "\"\\ud83d\"", "true", "262143", "\"TABLE\"", "\"STRUCTURE\"", "\"ALL\""};
  for (uint32_t times = 1 + next_random(state) % 3; times > 0 && length > 0; times--) {
    size_t at = next_random(state) % length, count = next_random(state) % 40;
    if (count > length - at) count = length - at;
    const char *limit = limits[next_random(state) % (sizeof limits / sizeof *limits)];
    switch (next_random(state) % 10) {
      case 0: text[at] = (char)next_random(state); break;
      case 4:
      case 5:
      case 6: if (strchr("\"\\{}[]:,", text[at]) == NULL) text[at] = "0123456789.-eEA"[next_random(state) % 15]; break;
      case 1: text[at] = "\"\\{}[]:,0"[next_random(state) % 9]; break;
      case 2:
        memmove(text + at, text + at + count, length - at - count);
        length -= count;
        break;
      case 3:
        if (length + count >= TEXT_BYTES) break;
        memmove(text + at + count, text + at, length - at);
        length += count;
        break;
      default: {
        /* In place of the plain value behind the next colon. */
        const char *colon = memchr(text + at, ':', length - at);
        size_t start = colon == NULL ? length : (size_t)(colon - text) + 1, end = start, more = strlen(limit);
        while (end < length && strchr(",}]", text[end]) == NULL) end++;
        bool is_plain = start < length && strchr("{[", text[start]) == NULL;
        if (!is_plain || length + more >= TEXT_BYTES) break;
        memmove(text + start + more, text + end, length - end);
        memcpy(text + start, limit, more);
        length += more - (end - start);
      }
    }
  }
  return length;
}

static const Json *read_mutated(const char *source, uint32_t *state, JsonDocument **document) {
  const Json *root;
  size_t length = strlen(source);
  char buffer[TEXT_BYTES];
  memcpy(buffer, source, length);
  length = mutate(buffer, length, state);
  /* Of exactly its length, so that a sanitizer sees a byte read beyond it. */
  char *exact = malloc(length + 1);
  if (exact == NULL) abort();
  memcpy(exact, buffer, length);
  exact = realloc(exact, length == 0 ? 1 : length);
  if (json_read(exact, length, document, &root) != JSON_READ) root = NULL;
  free(exact);
  return root;
}

static const Json *read_whole(const char *source, JsonDocument **document) {
  const Json *root;
  return json_read(source, strlen(source), document, &root) == JSON_READ ? root : NULL;
}

/* Reads what was understood of it as the addon would. */
static bool decode_mutated(Type *function, uint32_t *state) {
  RFC_ERROR_INFO error;
  JsonDocument *document = NULL;
  const Json *root = read_mutated(right_reply, state, &document);
  Container *container = RfcCreateFunction(function, &error);
  bool is_decoded = root != NULL && container != NULL &&
                    decode_reply(container, json_member(root, "params"), &error) == RFC_OK;
  if (container != NULL) read_everything(function, container, 0);
  RfcDestroyFunction(container, NULL);
  json_free(document);
  return is_decoded;
}

static void check_mutations(void) {
  uint32_t state = 2463534242u;
  int described = 0, decoded = 0;
  for (int i = 0; i < ROUNDS; i++) {
    RFC_ERROR_INFO error = {0};
    JsonDocument *document = NULL;
    /* Every other time it is the reply alone that is broken. */
    const Json *root = i % 2 == 0 ? read_mutated(description, &state, &document) : read_whole(description, &document);
    Type *function = root == NULL ? NULL : function_from_json(root, "Z_ALL", "CHK", &error);
    if (function != NULL) {
      described++;
      if (decode_mutated(function, &state)) decoded++;
      function_free(function);
    }
    json_free(document);
  }
  printf("       %d mutated descriptions and replies: %d described, %d decoded\n", ROUNDS, described, decoded);
  /* Enough of each kind for the rounds to mean something. */
  CHECK(described > ROUNDS / 2 + ROUNDS / 20 && described < ROUNDS - ROUNDS / 20);
  CHECK(decoded > ROUNDS / 20 && decoded < described - ROUNDS / 20);
}

static const char *const descriptions_beyond_bounds[] = {
    "{\"params\":{}}",
    "{\"params\":[1]}",
    "{\"params\":[{\"name\":\"A\"}]}",
    "{\"params\":[{\"name\":\"A\",\"type\":\"CHAR\"}]}",
    "{\"params\":[{\"name\":\"A\",\"type\":\"CHAR\",\"length\":-1}]}",
    "{\"params\":[{\"name\":\"A\",\"type\":\"CHAR\",\"length\":4294967297}]}",
    "{\"params\":[{\"name\":\"A\",\"type\":\"BCD\",\"length\":17}]}",
    "{\"params\":[{\"name\":\"A\",\"type\":\"BCD\",\"length\":2,\"decimals\":4}]}",
    "{\"params\":[{\"name\":\"A\",\"type\":\"CHAR\",\"length\":1,\"decimals\":1}]}",
    "{\"params\":[{\"name\":\"A2345678901234567890123456789012\",\"type\":\"INT\"}]}",
    "{\"params\":[{\"name\":\"A\",\"type\":\"TABLE\",\"line\":\"NONE\"}]}",
    "{\"params\":[{\"name\":\"A\",\"type\":\"TABLE\",\"line\":\"E\"}],\"types\":{\"E\":[]}}",
    "{\"params\":[{\"name\":\"A\",\"type\":\"TABLE\",\"line\":\"R\"}],"
    "\"types\":{\"R\":[{\"name\":\"X\",\"type\":\"STRUCTURE\",\"line\":\"R\"}]}}",
    "{\"params\":[{\"name\":\"A\",\"type\":\"STRUCTURE\",\"line\":\"B\"}],\"types\":{\"B\":["
    "{\"name\":\"1\",\"type\":\"CHAR\",\"length\":262143},{\"name\":\"2\",\"type\":\"CHAR\",\"length\":262143},"
    "{\"name\":\"3\",\"type\":\"CHAR\",\"length\":262143}]}}",
};

static void check_bounds(void) {
  for (size_t i = 0; i < sizeof descriptions_beyond_bounds / sizeof *descriptions_beyond_bounds; i++) {
    RFC_ERROR_INFO error = {0};
    JsonDocument *document = NULL;
    const Json *root = NULL;
    const char *text = descriptions_beyond_bounds[i];
    CHECK(json_read(text, strlen(text), &document, &root) == JSON_READ);
    Type *function = function_from_json(root, "Z_ALL", "CHK", &error);
    if (!CHECK(function == NULL && error.code == RFC_INVALID_PARAMETER)) printf("  %s\n", text);
    if (function != NULL) function_free(function);
    json_free(document);
  }
}

static const char *const replies_that_do_not_fit[] = {
    "{}",
    "{\"params\":[]}",
    "{\"params\":{\"IN\":{}}}",
    "{\"params\":{\"NOPE\":1}}",
    "{\"params\":{\"OUT\":[]}}",
    "{\"params\":{\"OUT\":{\"NOPE\":1}}}",
    "{\"params\":{\"OUT\":{\"C\":\"too long\"}}}",
    "{\"params\":{\"OUT\":{\"C\":{}}}}",
    "{\"params\":{\"OUT\":{\"N\":\"1\"}}}",
    "{\"params\":{\"OUT\":{\"N\":\"1234x\"}}}",
    "{\"params\":{\"OUT\":{\"D\":\"2025\"}}}",
    "{\"params\":{\"OUT\":{\"X\":\"abc\"}}}",
    "{\"params\":{\"OUT\":{\"X\":\"zz\"}}}",
    "{\"params\":{\"OUT\":{\"X\":\"0011223344\"}}}",
    "{\"params\":{\"OUT\":{\"P\":\"12x\"}}}",
    "{\"params\":{\"OUT\":{\"P\":\"99999999\"}}}",
    "{\"params\":{\"OUT\":{\"F\":1e999}}}",
    "{\"params\":{\"OUT\":{\"I\":2147483648}}}",
    "{\"params\":{\"OUT\":{\"I\":1.5}}}",
    "{\"params\":{\"OUT\":{\"I\":\"1\"}}}",
    "{\"params\":{\"OUT\":{\"I1\":-1}}}",
    "{\"params\":{\"OUT\":{\"I8\":\"\"}}}",
    "{\"params\":{\"OUT\":{\"I8\":\"9223372036854775808\"}}}",
    "{\"params\":{\"OUT\":{\"U\":\"now\"}}}",
    "{\"params\":{\"OUT\":{\"S\":\"\xC3(\"}}}",
    "{\"params\":{\"ROWS\":{}}}",
    "{\"params\":{\"ROWS\":[1]}}",
    "{\"params\":{\"LINES\":[{}]}}",
};

static _Atomic(const char *) current_reply;

static const char *answer_with_it(const char *request) {
  return strstr(request, "\"op\":\"invoke\"") == NULL ? answer_rightly(request) : current_reply;
}

/* The function has run, and the session is still good. */
static void check_misfits(void) {
  RFC_ERROR_INFO error;
  Peer *peer = peer_start(answer_with_it);
  void *connection = open_connection(&error);
  for (size_t i = 0; i < sizeof replies_that_do_not_fit / sizeof *replies_that_do_not_fit; i++) {
    void *function = make_function(connection, u"Z_ALL", &error);
    const char *text = replies_that_do_not_fit[i];
    current_reply = text;
    RFC_RC code = RfcInvoke(connection, function, &error);
    if (!CHECK(code == RFC_SERIALIZATION_FAILURE && error.group == GROUP_EXTERNAL_RUNTIME)) printf("  %s\n", text);
    RfcDestroyFunction(function, NULL);
  }
  CHECK_CODE(RfcPing(connection, &error), RFC_OK);
  RfcCloseConnection(connection, NULL);
  peer_stop(peer);
}

void check_hostile_peer(void) {
  check_bounds();
  check_misfits();
  check_mutations();
}
