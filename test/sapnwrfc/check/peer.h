/* The other side: answers each line of each connection as a function says. */
#ifndef STANDIN_PEER_H
#define STANDIN_PEER_H

#include "abi.h"

/* Gives the reply, without the end of the line; hang_up or say_nothing are no replies. */
typedef const char *Answer(const char *request);

extern const char hang_up[], say_nothing[];

typedef struct Peer Peer;

/* Listens, and has the library dial it. */
Peer *peer_start(Answer *answer);

/* Ends when every connection has ended. */
void peer_stop(Peer *peer);

/* Answers every operation rightly, with functions that have a parameter of each type. */
const char *answer_rightly(const char *request);

extern const char description[], right_reply[];

/* Logs on; NULL with the error. */
void *open_connection(RFC_ERROR_INFO *error);

/* A function of the description above with parameters set, ready to be invoked. */
void *make_function(void *connection, const SAP_UC *name, RFC_ERROR_INFO *error);

/* Reads every parameter in the way of the addon. */
void read_everything(void *description, void *container, int depth);

#endif
