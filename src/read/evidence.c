#include "read/evidence.h"

#include <stdio.h>

PRINTF_LIKE(4, 0)
static void keep(struct complaints *c, bool has_place, uint64_t at, const char *format,
                 va_list args)
{
	size_t i = c->n++;
	char says[512];

	if (i >= COMPLAINTS_KEPT)
		return;
	vsnprintf(says, sizeof says, format, args);
	c->kept[i].at = at;
	c->kept[i].has_place = has_place;
	c->kept[i].says = arena_printf(c->arena, "%s", says);
}

void complain(struct complaints *c, uint64_t at, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	keep(c, true, at, format, args);
	va_end(args);
}

void complain_of_all(struct complaints *c, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	keep(c, false, 0, format, args);
	va_end(args);
}
