#include "dial.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "errors.h"
#include "settings.h"

enum { CONNECT_MS = 10000, HOST_BYTES = 256, PORT_BYTES = 8 };

int64_t now_us(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

/* Gives 0 or an errno. */
static int await_connected(int fd, int64_t deadline_us) {
  for (;;) {
    int64_t left_ms = (deadline_us - now_us()) / 1000;
    if (left_ms <= 0) return ETIMEDOUT;
    struct pollfd wanted = {.fd = fd, .events = POLLOUT};
    int ready = poll(&wanted, 1, (int)left_ms);
    if (ready < 0 && errno != EINTR) return errno;
    if (ready <= 0) continue;
    int error = 0;
    socklen_t length = sizeof error;
    return getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &length) == 0 ? error : errno;
  }
}

/* A connected socket, or -1 with errno in `failure`. */
static int connect_to(const struct sockaddr *address, socklen_t length, int64_t deadline_us, int *failure) {
  int fd = socket(address->sa_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (fd < 0) {
    *failure = errno;
    return -1;
  }
  *failure = connect(fd, address, length) == 0 ? 0 : errno;
  if (*failure == EINPROGRESS || *failure == EINTR) *failure = await_connected(fd, deadline_us);
  if (*failure == 0) return fd;
  close(fd);
  return -1;
}

static int unreached(RFC_ERROR_INFO *error, const char *partner, const char *port, int failure) {
  report(error, RFC_COMMUNICATION_FAILURE,
         "\nLOCATION    rfcsim stand-in on local host\nERROR       partner '%s%s%s' not reached\n"
         "COMPONENT   NI (network interface)\nRC          -10\nSYSTEM CALL connect\nERRNO       %d\nERRNO TEXT  %s",
         partner, port[0] == 0 ? "" : ":", port, failure, strerror(failure));
  return -1;
}

static int dial_unix(const char *path, RFC_ERROR_INFO *error) {
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  size_t length = strlen(path);
  int failure = ENAMETOOLONG, fd = -1;
  if (length < sizeof address.sun_path) {
    memcpy(address.sun_path, path, length + 1);
    fd = connect_to((const struct sockaddr *)&address, sizeof address, now_us() + CONNECT_MS * INT64_C(1000), &failure);
  }
  return fd < 0 ? unreached(error, path, "", failure) : fd;
}

static int dial_tcp(const char *host, const char *port, RFC_ERROR_INFO *error) {
  const struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_NUMERICSERV};
  struct addrinfo *addresses = NULL;
  int resolved = getaddrinfo(host, port, &hints, &addresses);
  if (resolved != 0) {
    report(error, RFC_COMMUNICATION_FAILURE,
           "\nLOCATION    rfcsim stand-in on local host\nERROR       hostname '%s' unknown\nDETAIL      %s", host,
           gai_strerror(resolved));
    return -1;
  }
  int64_t deadline_us = now_us() + CONNECT_MS * INT64_C(1000);
  int fd = -1, failure = ECONNREFUSED;
  for (const struct addrinfo *at = addresses; at != NULL && fd < 0; at = at->ai_next)
    fd = connect_to(at->ai_addr, at->ai_addrlen, deadline_us, &failure);
  freeaddrinfo(addresses);
  if (fd < 0) return unreached(error, host, port, failure);
  const int on = 1;
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  return fd;
}

/* Whoever runs a real configuration on this library by mistake must not reach a host with it. */
static bool is_loopback(const char *host) {
  struct in_addr address;
  if (strcmp(host, "localhost") == 0 || strcmp(host, "::1") == 0) return true;
  return inet_pton(AF_INET, host, &address) == 1 && ntohl(address.s_addr) >> 24 == 127;
}

/* tcp:host:port or unix:/path */
static int dial_address(const char *address, RFC_ERROR_INFO *error) {
  if (strncmp(address, "unix:", 5) == 0) return dial_unix(address + 5, error);
  const char *host = address + 4, *colon = strncmp(address, "tcp:", 4) == 0 ? strrchr(host, ':') : NULL;
  if (colon == NULL || colon - host >= HOST_BYTES || strlen(colon + 1) >= PORT_BYTES) {
    report(error, RFC_INVALID_PARAMETER, "rfcsim: RFCSIM_ADDR must be tcp:host:port or unix:/path");
    return -1;
  }
  char name[HOST_BYTES];
  memcpy(name, host, (size_t)(colon - host));
  name[colon - host] = 0;
  return dial_tcp(name, colon + 1, error);
}

static bool is_number(const char *text) { return *text != 0 && text[strspn(text, "0123456789")] == 0; }

int dial(const Parameters *parameters, RFC_ERROR_INFO *error) {
  static const char *const hosts[] = {"ashost", "gwhost", "mshost", "wshost"};
  const char *host = NULL, *number = parameter(parameters, "sysnr"), *port = parameter(parameters, "wsport");
  for (size_t i = 0; i < sizeof hosts / sizeof *hosts && host == NULL; i++) host = parameter(parameters, hosts[i]);
  if (host == NULL) {
    report(error, RFC_INVALID_PARAMETER, "Parameter ASHOST, GWHOST, MSHOST or PORT is missing.");
    return -1;
  }
  bool needs_number = parameter(parameters, "ashost") != NULL;
  if ((needs_number && number == NULL) || (number != NULL && (!is_number(number) || strlen(number) > 2))) {
    report(error, RFC_INVALID_PARAMETER, "rfcsim: parameter SYSNR is missing or no number of two digits");
    return -1;
  }
  if (settings()->address[0] != 0) return dial_address(settings()->address, error);
  if (!is_loopback(host)) {
    report(error, RFC_COMMUNICATION_FAILURE, "rfcsim stand-in refuses non-loopback host '%s' (set RFCSIM_ADDR)", host);
    return -1;
  }
  char gateway[PORT_BYTES];
  if (number == NULL) number = "00";
  snprintf(gateway, sizeof gateway, "33%s%.2s", strlen(number) == 1 ? "0" : "", number);
  return dial_tcp(host, port == NULL ? gateway : port, error);
}
