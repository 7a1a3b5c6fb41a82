#include "peer.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "check.h"
#include "settings.h"

const char hang_up[] = "hang up", say_nothing[] = "say nothing";

struct Peer {
  int listener;
  char path[64];
  Answer *answer;
  pthread_t thread;
};

typedef struct {
  FILE *stream;
  Answer *answer;
} Session;

static bool send_text(int fd, const char *text) {
  for (size_t left = strlen(text); left > 0;) {
    ssize_t sent = send(fd, text, left, MSG_NOSIGNAL);
    if (sent < 0) return false;
    text += sent;
    left -= (size_t)sent;
  }
  return true;
}

static void *serve(void *argument) {
  Session *session = argument;
  char *line = NULL;
  size_t capacity = 0;
  while (getline(&line, &capacity, session->stream) > 0) {
    const char *reply = session->answer(line);
    if (reply == hang_up) break;
    if (reply == say_nothing) continue;
    if (!send_text(fileno(session->stream), reply) || !send_text(fileno(session->stream), "\n")) break;
  }
  fclose(session->stream);
  free(line);
  free(session);
  return NULL;
}

/* The sessions of a peer end before it does. */
static void *listen_for(void *argument) {
  const Peer *peer = argument;
  pthread_t sessions[4096];
  size_t count = 0;
  int fd;
  while (count < sizeof sessions / sizeof *sessions && (fd = accept(peer->listener, NULL, NULL)) >= 0) {
    Session *session = malloc(sizeof *session);
    if (session == NULL) abort();
    session->stream = fdopen(fd, "r");
    session->answer = peer->answer;
    if (session->stream == NULL || pthread_create(&sessions[count++], NULL, serve, session) != 0) abort();
  }
  for (size_t i = 0; i < count; i++) pthread_join(sessions[i], NULL);
  return NULL;
}

Peer *peer_start(Answer *answer) {
  static int number;
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  char environment[80];
  Peer *peer = calloc(1, sizeof *peer);
  if (peer == NULL) abort();
  peer->answer = answer;
  snprintf(peer->path, sizeof peer->path, "/tmp/rfcsim-check-%ld-%d", (long)getpid(), number++);
  snprintf(address.sun_path, sizeof address.sun_path, "%s", peer->path);
  snprintf(environment, sizeof environment, "unix:%s", peer->path);
  unlink(peer->path);
  peer->listener = socket(AF_UNIX, SOCK_STREAM, 0);
  if (bind(peer->listener, (const struct sockaddr *)&address, sizeof address) != 0 || listen(peer->listener, 64) != 0 ||
      pthread_create(&peer->thread, NULL, listen_for, peer) != 0) {
    perror(peer->path);
    abort();
  }
  setenv("RFCSIM_ADDR", environment, 1);
  settings_read();
  return peer;
}

void peer_stop(Peer *peer) {
  shutdown(peer->listener, SHUT_RDWR);
  pthread_join(peer->thread, NULL);
  close(peer->listener);
  unlink(peer->path);
  free(peer);
}
