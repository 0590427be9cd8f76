#include "os/console.h"

#include "os/os.h"

/* Byte by byte: what stands behind the line is for somebody else to read. */
bool console_line(struct buf *out)
{
	struct os_file *input = os_open("-");
	size_t before = out->n;
	char c = '\0';
	int64_t got = 0;

	if (!input)
		return false;
	while ((got = os_read(input, &c, 1)) > 0 && c != '\n')
		if (out->n - before < CONSOLE_LINE_MAX)
			buf_put(out, &c, 1);
	os_close(input);
	if (out->n > before && out->bytes[out->n - 1] == '\r')
		out->n--;
	return got > 0 || out->n > before;
}
