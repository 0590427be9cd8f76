/*
 * rows - short forms for the evidence of a catalogue row. What does not fit one of them is
 * written out with designated initializers.
 */
#ifndef WHY_ROWS_H
#define WHY_ROWS_H

#include "why/cause.h"

/* Seen, it speaks with this strength; not seen, it says nothing. */
#define FACT(id, how, text)                                                                        \
	{                                                                                          \
		.finding = (id), .strength = (how), .one_way = true, .says = text                  \
	}

/* Practically must be seen under the cause: not seen although looked for speaks against. */
#define NEEDED(id, how, text)                                                                      \
	{                                                                                          \
		.finding = (id), .strength = (how), .says = text                                   \
	}

/* The same as FACT for one number, or for one word, of the finding. */
#define VALUE(id, asked, number, how, text)                                                        \
	{                                                                                          \
		.finding = (id), .test = (asked), .value = (number), .strength = (how),            \
		.one_way = true, .says = text                                                      \
	}
#define WORD(id, asked, text_value, how, text)                                                     \
	{                                                                                          \
		.finding = (id), .test = (asked), .word = text_value, .strength = (how),           \
		.one_way = true, .says = text                                                      \
	}

/* A code that the client showed and that names the cause by itself. */
#define SHOWN(id, number, text) VALUE(id, IS, number, CODE_DECIDES, text)

#endif
