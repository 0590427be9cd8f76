/*
 * answers_write - the other direction of answers_file; apart from it, since the names of our writer
 * of JSON and of the library that reads it are the same.
 */
#include "base/json.h"
#include "base/moment.h"
#include "read/answers_file.h"

static void put_cells(struct json *j, const struct answer *row)
{
	const struct topic_column *columns = topic_def(row->topic)->columns;

	for (size_t i = 0; columns[i].name; i++) {
		if (!row->cells[i].is_known)
			continue;
		if (columns[i].is_number)
			json_key_integer(j, columns[i].name, row->cells[i].number);
		else
			json_key_string(j, columns[i].name, row->cells[i].text);
	}
}

static void put_row(struct buf *out, const struct answer *row)
{
	struct json j = json_into(out, false);

	json_begin_object(&j);
	json_key_string(&j, "topic", topic_def(row->topic)->name);
	if (row->status == ANSWER_ROW) {
		put_cells(&j, row);
	} else {
		json_key_string(&j, "could_not", answer_status_name(row->status));
		if (row->error)
			json_key_integer(&j, "error", row->error);
		json_key_if_string(&j, "says", row->says);
	}
	json_end_object(&j);
	buf_putc(out, '\n');
}

static void put_head(struct buf *out, const struct answers_head *head)
{
	struct json j = json_into(out, false);
	char when[MOMENT_TEXT_MAX];

	json_begin_object(&j);
	json_key_string(&j, "rdpwhy", ANSWERS_KIND);
	if (head->when_us) {
		moment_text(head->when_us, when);
		json_key_string(&j, "when", when);
	}
	json_key_if_string(&j, "program", head->program);
	json_end_object(&j);
	buf_putc(out, '\n');
}

void answers_file_write(struct buf *out, const struct answers *a, const struct answers_head *head)
{
	put_head(out, head);
	for (size_t i = 0; i < a->n; i++)
		put_row(out, a->rows[i]);
}
