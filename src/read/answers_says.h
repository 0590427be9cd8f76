/*
 * answers_says - what a computer's answers about itself tell, as findings.
 *
 * Spec    doc/answers.md: the topics; each file answers_*.c says what it makes of its own
 * Input   answers of one computer: live, recorded or out of a bundle; hostile texts
 * Output  findings of ORIGIN_HOST, `where` is "service TermService", "firewall rule X"
 * Rules   where the registry lets suppose what a live answer knows (a service that runs, rules that
 *         are in force), the answer replaces what the registry gave; what could not be asked is
 *         host.not_looked and never a fault
 */
#ifndef READ_ANSWERS_SAYS_H
#define READ_ANSWERS_SAYS_H

#include "base/answers.h"
#include "read/settings.h"

/*
 * The answers of the computer that people want to reach, behind the conclusion about its registry;
 * known may be NULL. now_us: when it was asked.
 */
void answers_tell(const struct answers *a, const struct settings_host *known, int64_t now_us,
                  struct evidence *ev);

/* Those of the computer that a person connects from; host: whom it calls, NULL: not said. */
void answers_tell_client(const struct answers *a, const char *host, struct evidence *ev);

/* The name that the computer gives itself; NULL: not said. */
const char *answers_computer(const struct answers *a);

#endif
