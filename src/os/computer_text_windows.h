/*
 * computer_text_windows - cells of text as the system gives it.
 *
 * Input   UTF-16; NULL or empty leaves the cell unknown
 * Owns    nothing
 */
#ifndef OS_COMPUTER_TEXT_WINDOWS_H
#define OS_COMPUTER_TEXT_WINDOWS_H

#include <wchar.h>

#include "base/answers.h"

void computer_set(struct answers *a, struct answer *row, const char *column, const wchar_t *text);

#endif
