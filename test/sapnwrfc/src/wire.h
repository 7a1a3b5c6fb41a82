/* The messages to and from the peer: one JSON object a line. BYTE and XSTRING travel as hexadecimal
 * digits, INT8 and packed or decimal floating numbers as strings, since a JavaScript number cannot hold them. */
#ifndef STANDIN_WIRE_H
#define STANDIN_WIRE_H

#include "buffer.h"
#include "container.h"
#include "json.h"

/* The request that calls the function: only what the caller has given is sent. */
void encode_call(Buffer *out, const Container *function);

/* Takes over what a reply holds. A reply that does not fit the metadata gives RFC_SERIALIZATION_FAILURE: the
 * function has run nevertheless. */
RFC_RC decode_reply(Container *function, const Json *parameters, RFC_ERROR_INFO *error);

#endif
