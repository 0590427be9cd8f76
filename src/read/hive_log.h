/*
 * hive_log - a hive file made whole with its transaction logs.
 *
 * Spec    the format of hives is not published; sources are named in hive_log.c
 * Input   the primary file and up to two logs (.LOG1, .LOG2, old form and new), any bytes
 * Output  the bytes of the hive as Windows would have recovered it
 * Errors  complaints; what can be applied is applied
 */
#ifndef READ_HIVE_LOG_H
#define READ_HIVE_LOG_H

#include "base/bytes.h"
#include "read/evidence.h"

bool hive_recognises(const uint8_t *head, size_t n);

struct hive_state {
	bool is_dirty;               /* the two sequence numbers differed */
	size_t n_applied;            /* log entries */
	size_t n_passed;             /* whole log entries that are too old, or from another round */
	uint32_t primary, secondary; /* sequence numbers as found */
};

/* A log by the kind that its base block names; it is no hive by itself. */
bool hive_is_log(const uint8_t *head, size_t n);

/*
 * Ends a damaged hive behind its last whole bin, so that what lies before can be read; a complaint
 * names the byte. False: nothing was cut off, or nothing is left.
 */
bool hive_trim(struct buf *hive, struct complaints *complaints);

/* hive is changed in place and may grow. */
struct hive_state hive_replay(struct buf *hive, const struct buf *logs, size_t n_logs,
                              struct complaints *complaints);

#endif
