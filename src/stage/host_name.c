#include "stage/host_name.h"

#include <string.h>

#define NETBIOS_MAX 15

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static bool same(const char *a, const char *b, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (lower(a[i]) != lower(b[i]))
			return false;
	return true;
}

static size_t length(const char *name)
{
	size_t n = strlen(name);

	return n && name[n - 1] == '.' ? n - 1 : n;
}

static bool is_address(const char *name)
{
	return strchr(name, ':') || !name[strspn(name, "0123456789.")];
}

bool host_name_tells(const char *dialled)
{
	static const char localhost[] = "localhost";

	if (!dialled || is_address(dialled))
		return false;

	size_t n = length(dialled), n_local = sizeof localhost - 1;

	if (n < n_local || !same(dialled + n - n_local, localhost, n_local))
		return true;
	return n != n_local && dialled[n - n_local - 1] != '.';
}

bool host_name_same_label(const char *a, const char *b)
{
	size_t n_a = strcspn(a, "."), n_b = strcspn(b, ".");

	return n_a == n_b && same(a, b, n_a);
}

/* A short name of full length may be the beginning of a longer one. */
static bool is_cut_of(const char *cut, const char *whole)
{
	return strlen(cut) == NETBIOS_MAX && strcspn(whole, ".") > NETBIOS_MAX &&
	       same(cut, whole, NETBIOS_MAX);
}

bool host_name_same(const char *a, const char *b)
{
	size_t n_a = length(a), n_b = length(b);
	bool a_is_short = !memchr(a, '.', n_a), b_is_short = !memchr(b, '.', n_b);

	if (!a_is_short && !b_is_short)
		return n_a == n_b && same(a, b, n_a);
	return host_name_same_label(a, b) || (a_is_short && is_cut_of(a, b)) ||
	       (b_is_short && is_cut_of(b, a));
}
