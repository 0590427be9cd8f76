/*
 * found - adds a finding of one step: its origin, its place and its time are filled in.
 *
 * Owns    nothing; texts are copied
 */
#ifndef STAGE_FOUND_H
#define STAGE_FOUND_H

#include "stage/stage.h"

/* A seen finding for the caller to complete and to add. */
struct finding found_new(const struct step *step, enum finding_id id);

void found_fact(struct step *step, enum finding_id id);
void found_number(struct step *step, enum finding_id id, int64_t number);
void found_text(struct step *step, enum finding_id id, const char *text);
void found_absent(struct step *step, enum finding_id id);

/* "field at byte N": a flaw of the peer, the place where it lies, and how far it hinders. */
void found_flaw(struct step *step, enum finding_id id, const struct flaw *flaw, enum effect effect);

#endif
