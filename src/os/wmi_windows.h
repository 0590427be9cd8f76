/*
 * wmi - questions to Windows Management Instrumentation of this computer.
 *
 * Input   a namespace and a query; COM ready in the thread
 * Output  each instance in turn; its properties as text and numbers
 * Errors  HRESULT of what failed, S_OK when everything was told
 * Limits  WMI_ROWS_MAX instances, and so many milliseconds for all of them
 * Owns    the services until wmi_close
 */
#ifndef OS_WMI_WINDOWS_H
#define OS_WMI_WINDOWS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"

#include <windows.h>

#include <wbemcli.h>

#define WMI_ROWS_MAX 5000

struct wmi {
	IWbemServices *services;
};

/* With packet privacy, which the namespace of Terminal Services insists on. */
HRESULT wmi_open(struct wmi *w, const wchar_t *name_space);
void wmi_close(struct wmi *w);

HRESULT wmi_each(struct wmi *w, const wchar_t *query, int64_t within_ms,
                 void (*each)(void *context, IWbemClassObject *object), void *context);

/* A method without arguments of an instance; *out is released by the caller. */
HRESULT wmi_call(struct wmi *w, IWbemClassObject *object, const wchar_t *method,
                 IWbemClassObject **out);

/* A property: its text, with commas when it is a list of texts; NULL: none. */
const char *wmi_text(struct arena *arena, IWbemClassObject *object, const wchar_t *name);
bool wmi_number(IWbemClassObject *object, const wchar_t *name, int64_t *number);

#endif
