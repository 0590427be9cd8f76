/* Opens a hive whose bytes lie in memory, without a file: what rdpwhy calls on Windows, where a
 * file that exists in memory only cannot be named.
 *
 *   Input:   the whole hive; flags as for hivex_open. The bytes are copied.
 *   Output:  NULL with errno as from hivex_open
 *   Owns:    the caller calls hivex_close
 */
#ifndef HIVEX_BYTES_H
#define HIVEX_BYTES_H

#include <stddef.h>

#include <hivex.h>

hive_h *hivex_open_bytes(const void *bytes, size_t n, int flags);

#endif
