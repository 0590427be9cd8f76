/*
 * connection_file - a .rdp file in place of a host: the host that it names, as the client that
 * it makes of the profile, through the gateway that it wants.
 *
 * Output  findings of the file into the dossier; the target, profile and gateway to probe
 * Errors  one line on standard error, and false: there is nothing to connect to
 * Owns    nothing: everything lives in the arena of the dossier
 */
#ifndef APP_CONNECTION_FILE_H
#define APP_CONNECTION_FILE_H

#include "app/dossier.h"
#include "probe/target.h"
#include "read/rdp_file.h"
#include "stage/profile.h"

struct connection_file {
	bool is_given;
	struct rdp_file file;
	struct target gateway; /* of file.gateway */
	bool has_gateway;
	struct client_profile profile; /* that of --client with the file's settings */
};

bool is_connection_file(const char *operand);

bool connection_file_take(struct dossier *e, const char *operand,
                          const struct client_profile *profile, struct target *target,
                          struct connection_file *out);

/*
 * What the probe did otherwise than the client would, when it is over. Where a gateway would be
 * used and the direct way ends before the host, what was seen of that way says nothing and is left
 * out.
 */
void connection_file_conclude(const struct connection_file *c, struct findings *found);

/* A direct connection came to the host. */
bool connection_file_has_contact(const struct findings *found);

#endif
