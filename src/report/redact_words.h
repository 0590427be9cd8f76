/*
 * redact_words - words that stay in a redacted text beside those of the tables of findings,
 * causes and codes: of messages of ours, of products, of files that every Windows has.
 *
 * Only a word that names no person, computer or place of somebody's may stand here.
 */
#ifndef REPORT_REDACT_WORDS_H
#define REPORT_REDACT_WORDS_H

extern const char *const redact_kept[];    /* lists of words; NULL behind the last */
extern const char redact_inspectors[];     /* products that inspect TLS */
extern const char redact_fields[];         /* pieces of field names, as decoders spell them */
extern const char *const redact_endings[]; /* of files; NULL behind the last */

#endif
