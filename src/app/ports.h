/*
 * ports - the port that the host listens on, held against the one that people dial.
 *
 * Input   findings of one host; its name as asked for with the port, or NULL: nobody said what is
 *         dialled, and a client that is told no port takes 3389
 * Output  host.port_differs or host.port_not_default, with the origin and place of host.port
 */
#ifndef APP_PORTS_H
#define APP_PORTS_H

#include "finding/finding.h"

void ports_compare(struct findings *found, const char *host, uint16_t port);

#endif
