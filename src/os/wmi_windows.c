#define COBJMACROS
#include "os/wmi_windows.h"

#include <objbase.h>
#include <oleauto.h>
#include <string.h>

#include "os/wide_windows.h"

#define TEXTS_MAX 64

static const GUID class_locator = {
    0x4590f811, 0x1d3a, 0x11d0, {0x89, 0x1f, 0x00, 0xaa, 0x00, 0x4b, 0x2e, 0x24}};
static const GUID interface_locator = {
    0xdc12a687, 0x737f, 0x11cf, {0x88, 0x4d, 0x00, 0xaa, 0x00, 0x4b, 0x2e, 0x24}};

/* --- the connection --- */

static HRESULT connect_to(IWbemLocator *locator, const wchar_t *name_space, IWbemServices **out)
{
	BSTR name = SysAllocString(name_space);
	HRESULT hr = IWbemLocator_ConnectServer(locator, name, NULL, NULL, NULL,
	                                        WBEM_FLAG_CONNECT_USE_MAX_WAIT, NULL, NULL, out);

	SysFreeString(name);
	return SUCCEEDED(hr) && !*out ? E_NOTIMPL : hr;
}

/* What is no proxy, because the provider lives in this process, has nothing to be set. */
static HRESULT protect(IUnknown *proxy)
{
	HRESULT hr = CoSetProxyBlanket(proxy, RPC_C_AUTHN_WINNT, RPC_C_AUTHZ_NONE, NULL,
	                               RPC_C_AUTHN_LEVEL_PKT_PRIVACY, RPC_C_IMP_LEVEL_IMPERSONATE,
	                               NULL, EOAC_NONE);

	return hr == E_NOINTERFACE ? S_OK : hr;
}

HRESULT wmi_open(struct wmi *w, const wchar_t *name_space)
{
	IWbemLocator *locator = NULL;
	HRESULT hr = CoCreateInstance(&class_locator, NULL, CLSCTX_INPROC_SERVER,
	                              &interface_locator, (void **)&locator);

	w->services = NULL;
	if (FAILED(hr))
		return hr;
	hr = connect_to(locator, name_space, &w->services);
	IWbemLocator_Release(locator);
	if (SUCCEEDED(hr))
		hr = protect((IUnknown *)w->services);
	if (FAILED(hr))
		wmi_close(w);
	return hr;
}

void wmi_close(struct wmi *w)
{
	if (w->services)
		IWbemServices_Release(w->services);
	w->services = NULL;
}

/* --- questions --- */

static HRESULT ask(struct wmi *w, const wchar_t *query, IEnumWbemClassObject **all)
{
	BSTR language = SysAllocString(L"WQL"), text = SysAllocString(query);
	HRESULT hr = IWbemServices_ExecQuery(w->services, language, text,
	                                     WBEM_FLAG_FORWARD_ONLY | WBEM_FLAG_RETURN_IMMEDIATELY,
	                                     NULL, all);

	SysFreeString(language);
	SysFreeString(text);
	if (SUCCEEDED(hr))
		hr = *all ? protect((IUnknown *)*all) : E_NOTIMPL;
	return hr;
}

static HRESULT take_all(IEnumWbemClassObject *all, int64_t within_ms,
                        void (*each)(void *context, IWbemClassObject *object), void *context)
{
	int64_t until = (int64_t)GetTickCount64() + within_ms;

	for (size_t i = 0; i < WMI_ROWS_MAX; i++) {
		int64_t left = until - (int64_t)GetTickCount64();
		IWbemClassObject *object = NULL;
		ULONG n = 0;
		HRESULT hr = IEnumWbemClassObject_Next(all, left > 0 ? (LONG)left : 0, 1, &object,
		                                       &n);

		if (hr != S_OK || n == 0 || !object)
			return hr == WBEM_S_FALSE ? S_OK : hr;
		each(context, object);
		IWbemClassObject_Release(object);
	}
	return S_OK;
}

HRESULT wmi_each(struct wmi *w, const wchar_t *query, int64_t within_ms,
                 void (*each)(void *context, IWbemClassObject *object), void *context)
{
	IEnumWbemClassObject *all = NULL;
	HRESULT hr = ask(w, query, &all);

	if (SUCCEEDED(hr))
		hr = take_all(all, within_ms, each, context);
	if (all)
		IEnumWbemClassObject_Release(all);
	return hr;
}

HRESULT wmi_call(struct wmi *w, IWbemClassObject *object, const wchar_t *method,
                 IWbemClassObject **out)
{
	BSTR name = SysAllocString(method);
	VARIANT path;
	HRESULT hr;

	VariantInit(&path);
	*out = NULL;
	hr = IWbemClassObject_Get(object, L"__RELPATH", 0, &path, NULL, NULL);
	if (SUCCEEDED(hr))
		hr = V_VT(&path) == VT_BSTR
		         ? IWbemServices_ExecMethod(w->services, V_BSTR(&path), name, 0, NULL, NULL,
		                                    out, NULL)
		         : E_NOTIMPL;
	VariantClear(&path);
	SysFreeString(name);
	return SUCCEEDED(hr) && !*out ? E_NOTIMPL : hr;
}

/* --- properties --- */

/* A list of texts, each behind a comma. */
static const char *list_text(struct arena *arena, SAFEARRAY *list)
{
	LONG first = 0, last = -1;
	const char *out = NULL;

	if (!list || SafeArrayGetDim(list) != 1 || FAILED(SafeArrayGetLBound(list, 1, &first)) ||
	    FAILED(SafeArrayGetUBound(list, 1, &last)))
		return NULL;
	for (LONG i = first; i <= last && i < first + TEXTS_MAX; i++) {
		BSTR text = NULL;

		if (FAILED(SafeArrayGetElement(list, &i, &text)) || !text)
			continue;
		out = arena_printf(arena, "%s%s%s", out ? out : "", out ? "," : "",
		                   utf8_of(arena, text));
		SysFreeString(text);
	}
	return out;
}

const char *wmi_text(struct arena *arena, IWbemClassObject *object, const wchar_t *name)
{
	const char *out = NULL;
	VARIANT v;

	VariantInit(&v);
	if (SUCCEEDED(IWbemClassObject_Get(object, name, 0, &v, NULL, NULL))) {
		if (V_VT(&v) == VT_BSTR)
			out = utf8_of(arena, V_BSTR(&v));
		else if (V_VT(&v) == (VT_ARRAY | VT_BSTR))
			out = list_text(arena, V_ARRAY(&v));
	}
	VariantClear(&v);
	return out && *out ? out : NULL;
}

/* Numbers of 64 bits come as text; VariantChangeType reads them all. */
bool wmi_number(IWbemClassObject *object, const wchar_t *name, int64_t *number)
{
	VARIANT v;
	bool is_known;

	VariantInit(&v);
	is_known = SUCCEEDED(IWbemClassObject_Get(object, name, 0, &v, NULL, NULL)) &&
	           V_VT(&v) != VT_NULL && V_VT(&v) != VT_EMPTY &&
	           SUCCEEDED(VariantChangeType(&v, &v, 0, VT_I8));
	if (is_known)
		*number = V_I8(&v);
	VariantClear(&v);
	return is_known;
}
