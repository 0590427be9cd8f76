#include "os/port_list.h"

#include <stddef.h>
#include <string.h>

/* Digits at *p as a number, at most 65535; false: there are none, or more than a port has. */
static bool take_number(const char **p, unsigned *number)
{
	const char *start = *p;

	*number = 0;
	for (; **p >= '0' && **p <= '9' && *number <= UINT16_MAX; (*p)++)
		*number = *number * 10 + (unsigned)(**p - '0');
	return *p != start && *number <= UINT16_MAX;
}

static bool is_end(char c)
{
	return c == '\0' || c == ',' || c == ' ';
}

static bool item_has(const char *p, uint16_t port)
{
	unsigned from, to;

	if (*p == '*')
		return is_end(p[1]);
	if (!take_number(&p, &from))
		return false;
	to = from;
	if (*p == '-') {
		p++;
		if (!take_number(&p, &to))
			return false;
	}
	return is_end(*p) && port >= from && port <= to;
}

bool port_list_has(const char *list, uint16_t port)
{
	while (*list) {
		list += strspn(list, ", ");
		if (item_has(list, port))
			return true;
		list += strcspn(list, ", ");
	}
	return false;
}

bool port_list_is_all(const char *list)
{
	return !list || !*list || strcmp(list, "*") == 0;
}
