/*
 * speaker - which protocol somebody speaks, by his first bytes.
 *
 * Input   any bytes from the beginning of a direction
 * Output  a word of the choices of neg.not_rdp and tls.not_tls
 */
#ifndef STAGE_SPEAKER_H
#define STAGE_SPEAKER_H

#include <stddef.h>
#include <stdint.h>

/*
 * "http", "ssh", "tls", "rdp", "vnc", "smb", "smtp", "other"; NULL while more bytes could still
 * decide. Once decided, further bytes change nothing: however a stream is cut, it is one word.
 */
const char *speaker_of(const uint8_t *bytes, size_t n);

#endif
