/*
 * time_status - what `w32tm /query /status /verbose` writes, in whatever language it does.
 *
 * Shape   lines "name: value" in an order that no language changes: leap indicator, stratum,
 *         precision, two delays, reference, last synchronization, source, interval; then, behind an
 *         empty line, phase offset, clock rate, state, flags, role, last error, age
 * Input   UTF-8; nothing but numbers and the place of a line is read, and the source's name
 * Output  is_known: the first three lines were found; or the error that stands in place of them
 * Owns    nothing
 */
#ifndef OS_TIME_STATUS_H
#define OS_TIME_STATUS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define TIME_SOURCE_MAX 256

struct time_status {
	bool is_known, is_synced, has_offset, has_age;
	int64_t stratum, offset_us;
	int64_t age_us;               /* of the last good synchronization */
	uint32_t error;               /* HRESULT; 0: none was written */
	char source[TIME_SOURCE_MAX]; /* empty: not told */
};

struct time_status time_status_read(const char *text, size_t n);

#endif
