#include "os/volume.h"

const char *volume_says(enum volume_answer answer)
{
	static const char *const says[] = {
	    [VOLUME_FOUND] = NULL,
	    [VOLUME_ABSENT] = NULL,
	    [VOLUME_LEADS_OUT] = "a link that leads out of the volume; not followed",
	    [VOLUME_NO_FILE] = "no regular file; not read",
	    [VOLUME_FAILED] = "cannot be read",
	};

	return says[answer];
}

enum volume_answer volume_read(struct volume *v, const char *path, size_t n_most, struct buf *out)
{
	char bytes[64 * 1024];
	struct os_file *file;
	enum volume_answer answer = volume_stream(v, path, &file);
	int64_t got;

	if (answer != VOLUME_FOUND)
		return answer;
	while ((got = os_read(file, bytes, sizeof bytes)) > 0 && out->n <= n_most)
		buf_put(out, bytes, (size_t)got);
	os_close(file);
	return got < 0 || out->n > n_most ? VOLUME_FAILED : VOLUME_FOUND;
}
