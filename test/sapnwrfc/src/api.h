/* The functions that the addon imports from libsapnwrfc.so, as it calls them.
 *
 * The addon hands in RFC_ERROR_INFO uninitialised and reads its code even after a success, so
 * every function fills it; it may also be NULL. Handles are opaque to the addon. */
#ifndef STANDIN_API_H
#define STANDIN_API_H

#include "abi.h"

#define API __attribute__((visibility("default")))

/* connection.c */
API void *RfcOpenConnection(const RFC_CONNECTION_PARAMETER *parameters, unsigned count, RFC_ERROR_INFO *error);
API RFC_RC RfcCloseConnection(void *connection, RFC_ERROR_INFO *error);
API RFC_RC RfcCancel(void *connection, RFC_ERROR_INFO *error);
API RFC_RC RfcPing(void *connection, RFC_ERROR_INFO *error);
API RFC_RC RfcResetServerContext(void *connection, RFC_ERROR_INFO *error);
API RFC_RC RfcGetConnectionAttributes(void *connection, RFC_ATTRIBUTES *attributes, RFC_ERROR_INFO *error);

/* describe.c */
API void *RfcGetFunctionDesc(void *connection, const SAP_UC *name, RFC_ERROR_INFO *error);
API RFC_RC RfcGetFunctionName(void *description, SAP_UC *name, RFC_ERROR_INFO *error);
API RFC_RC RfcGetParameterCount(void *description, unsigned *count, RFC_ERROR_INFO *error);
API RFC_RC RfcGetParameterDescByIndex(void *description, unsigned index, RFC_PARAMETER_DESC *parameter,
                                      RFC_ERROR_INFO *error);
API RFC_RC RfcGetParameterDescByName(void *description, const SAP_UC *name, RFC_PARAMETER_DESC *parameter,
                                     RFC_ERROR_INFO *error);
API RFC_RC RfcGetFieldCount(void *type, unsigned *count, RFC_ERROR_INFO *error);
API RFC_RC RfcGetFieldDescByIndex(void *type, unsigned index, RFC_FIELD_DESC *field, RFC_ERROR_INFO *error);
API RFC_RC RfcGetFieldDescByName(void *type, const SAP_UC *name, RFC_FIELD_DESC *field, RFC_ERROR_INFO *error);

/* invoke.c */
API void *RfcCreateFunction(void *description, RFC_ERROR_INFO *error);
API RFC_RC RfcDestroyFunction(void *function, RFC_ERROR_INFO *error);
API void *RfcDescribeFunction(void *function, RFC_ERROR_INFO *error);
API RFC_RC RfcSetParameterActive(void *function, const SAP_UC *name, int active, RFC_ERROR_INFO *error);
API RFC_RC RfcInvoke(void *connection, void *function, RFC_ERROR_INFO *error);

/* tables.c */
API RFC_RC RfcGetStructure(void *container, const SAP_UC *name, void **structure, RFC_ERROR_INFO *error);
API RFC_RC RfcGetTable(void *container, const SAP_UC *name, void **table, RFC_ERROR_INFO *error);
API RFC_RC RfcGetRowCount(void *table, unsigned *count, RFC_ERROR_INFO *error);
API RFC_RC RfcMoveTo(void *table, unsigned index, RFC_ERROR_INFO *error);
API RFC_RC RfcDeleteCurrentRow(void *table, RFC_ERROR_INFO *error);
API void *RfcAppendNewRow(void *table, RFC_ERROR_INFO *error);

/* getters.c: text is blank padded to the capacity and has no terminator, except RfcGetString's */
API RFC_RC RfcGetChars(void *container, const SAP_UC *name, SAP_UC *out, unsigned capacity, RFC_ERROR_INFO *error);
API RFC_RC RfcGetNum(void *container, const SAP_UC *name, SAP_UC *out, unsigned capacity, RFC_ERROR_INFO *error);
API RFC_RC RfcGetDate(void *container, const SAP_UC *name, SAP_UC *out, RFC_ERROR_INFO *error);
API RFC_RC RfcGetTime(void *container, const SAP_UC *name, SAP_UC *out, RFC_ERROR_INFO *error);
API RFC_RC RfcGetString(void *container, const SAP_UC *name, SAP_UC *out, unsigned capacity, unsigned *length,
                        RFC_ERROR_INFO *error);
API RFC_RC RfcGetStringLength(void *container, const SAP_UC *name, unsigned *length, RFC_ERROR_INFO *error);
API RFC_RC RfcGetBytes(void *container, const SAP_UC *name, RFC_BYTE *out, unsigned capacity, RFC_ERROR_INFO *error);
API RFC_RC RfcGetXString(void *container, const SAP_UC *name, RFC_BYTE *out, unsigned capacity, unsigned *length,
                         RFC_ERROR_INFO *error);
API RFC_RC RfcGetFloat(void *container, const SAP_UC *name, double *out, RFC_ERROR_INFO *error);
API RFC_RC RfcGetInt(void *container, const SAP_UC *name, int *out, RFC_ERROR_INFO *error);
API RFC_RC RfcGetInt1(void *container, const SAP_UC *name, RFC_BYTE *out, RFC_ERROR_INFO *error);
API RFC_RC RfcGetInt2(void *container, const SAP_UC *name, short *out, RFC_ERROR_INFO *error);
API RFC_RC RfcGetInt8(void *container, const SAP_UC *name, long long *out, RFC_ERROR_INFO *error);

/* setters.c */
API RFC_RC RfcSetString(void *container, const SAP_UC *name, const SAP_UC *text, unsigned length,
                        RFC_ERROR_INFO *error);
API RFC_RC RfcSetNum(void *container, const SAP_UC *name, const SAP_UC *text, unsigned length, RFC_ERROR_INFO *error);
API RFC_RC RfcSetDate(void *container, const SAP_UC *name, const SAP_UC *text, RFC_ERROR_INFO *error);
API RFC_RC RfcSetTime(void *container, const SAP_UC *name, const SAP_UC *text, RFC_ERROR_INFO *error);
API RFC_RC RfcSetBytes(void *container, const SAP_UC *name, const RFC_BYTE *bytes, unsigned length,
                       RFC_ERROR_INFO *error);
API RFC_RC RfcSetXString(void *container, const SAP_UC *name, const RFC_BYTE *bytes, unsigned length,
                         RFC_ERROR_INFO *error);
API RFC_RC RfcSetInt(void *container, const SAP_UC *name, int value, RFC_ERROR_INFO *error);
API RFC_RC RfcSetInt8(void *container, const SAP_UC *name, long long value, RFC_ERROR_INFO *error);

/* environment.c, ini.c, language.c */
API RFC_RC RfcUTF8ToSAPUC(const RFC_BYTE *text, unsigned length, SAP_UC *out, unsigned *capacity, unsigned *written,
                          RFC_ERROR_INFO *error);
API RFC_RC RfcSAPUCToUTF8(const SAP_UC *text, unsigned length, RFC_BYTE *out, unsigned *capacity, unsigned *written,
                          RFC_ERROR_INFO *error);
API const SAP_UC *RfcGetRcAsString(RFC_RC code);
API const SAP_UC *RfcGetVersion(unsigned *major, unsigned *minor, unsigned *patch);
API RFC_RC RfcSetIniPath(const SAP_UC *folder, RFC_ERROR_INFO *error);
API RFC_RC RfcReloadIniFile(RFC_ERROR_INFO *error);
API RFC_RC RfcLanguageIsoToSap(const SAP_UC *iso, SAP_UC *sap, RFC_ERROR_INFO *error);
API RFC_RC RfcLanguageSapToIso(const SAP_UC *sap, SAP_UC *iso, RFC_ERROR_INFO *error);

/* throughput.c */
API void *RfcCreateThroughput(RFC_ERROR_INFO *error);
API RFC_RC RfcDestroyThroughput(void *throughput, RFC_ERROR_INFO *error);
API RFC_RC RfcResetThroughput(void *throughput, RFC_ERROR_INFO *error);
API RFC_RC RfcSetThroughputOnConnection(void *connection, void *throughput, RFC_ERROR_INFO *error);
API RFC_RC RfcRemoveThroughputFromConnection(void *connection, RFC_ERROR_INFO *error);
API void *RfcGetThroughputFromConnection(void *connection, RFC_ERROR_INFO *error);
API RFC_RC RfcGetNumberOfCalls(void *throughput, unsigned long long *out, RFC_ERROR_INFO *error);
API RFC_RC RfcGetTotalTime(void *throughput, unsigned long long *out, RFC_ERROR_INFO *error);
API RFC_RC RfcGetSerializationTime(void *throughput, unsigned long long *out, RFC_ERROR_INFO *error);
API RFC_RC RfcGetDeserializationTime(void *throughput, unsigned long long *out, RFC_ERROR_INFO *error);
API RFC_RC RfcGetApplicationTime(void *throughput, unsigned long long *out, RFC_ERROR_INFO *error);
API RFC_RC RfcGetSentBytes(void *throughput, unsigned long long *out, RFC_ERROR_INFO *error);
API RFC_RC RfcGetReceivedBytes(void *throughput, unsigned long long *out, RFC_ERROR_INFO *error);

/* unsupported.c */
API RFC_RC RfcLoadCryptoLibrary(const SAP_UC *path, RFC_ERROR_INFO *error);
API void *RfcCreateServer(const RFC_CONNECTION_PARAMETER *parameters, unsigned count, RFC_ERROR_INFO *error);
API RFC_RC RfcLaunchServer(void *server, RFC_ERROR_INFO *error);
API RFC_RC RfcShutdownServer(void *server, unsigned timeout, RFC_ERROR_INFO *error);
API RFC_RC RfcDestroyServer(void *server, RFC_ERROR_INFO *error);
API RFC_RC RfcGetServerContext(void *connection, void *context, RFC_ERROR_INFO *error);
API RFC_RC RfcInstallGenericServerFunction(void *function, void *description, RFC_ERROR_INFO *error);
API RFC_RC RfcInstallAuthorizationCheckHandler(void *handler, RFC_ERROR_INFO *error);

#endif
