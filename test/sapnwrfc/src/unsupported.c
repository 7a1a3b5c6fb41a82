/* What the addon imports but erpsync never uses: an RFC server of its own, and SAP's crypto library. */
#include "api.h"
#include "errors.h"

static RFC_RC no_server(RFC_ERROR_INFO *error) {
  return report(error, RFC_NOT_SUPPORTED, "rfcsim: RFC server functions are not simulated");
}

void *RfcCreateServer(const RFC_CONNECTION_PARAMETER *parameters, unsigned count, RFC_ERROR_INFO *error) {
  (void)parameters;
  (void)count;
  no_server(error);
  return NULL;
}

RFC_RC RfcLaunchServer(void *server, RFC_ERROR_INFO *error) {
  (void)server;
  return no_server(error);
}

RFC_RC RfcShutdownServer(void *server, unsigned timeout, RFC_ERROR_INFO *error) {
  (void)server;
  (void)timeout;
  return no_server(error);
}

RFC_RC RfcDestroyServer(void *server, RFC_ERROR_INFO *error) {
  (void)server;
  return no_server(error);
}

RFC_RC RfcGetServerContext(void *connection, void *context, RFC_ERROR_INFO *error) {
  (void)connection;
  (void)context;
  return no_server(error);
}

RFC_RC RfcInstallGenericServerFunction(void *function, void *description, RFC_ERROR_INFO *error) {
  (void)function;
  (void)description;
  return no_server(error);
}

RFC_RC RfcInstallAuthorizationCheckHandler(void *handler, RFC_ERROR_INFO *error) {
  (void)handler;
  return no_server(error);
}

RFC_RC RfcLoadCryptoLibrary(const SAP_UC *path, RFC_ERROR_INFO *error) {
  (void)path;
  return report(error, RFC_NOT_SUPPORTED, "rfcsim: no crypto library");
}
