#include "os/computer_text_windows.h"

#include "os/wide_windows.h"

void computer_set(struct answers *a, struct answer *row, const char *column, const wchar_t *text)
{
	if (text && *text)
		answer_set_text(a, row, column, utf8_of(a->arena, text));
}
