/* The mounts of the specification. */
#pragma once
#include "own-init.h"

/* Makes what is missing of the destination, as the low-level runtimes do, then binds. */
static void bind_one(char *value)
{
	char *source_end = path + sizeof(MOUNTS) - 1;
	int read_only;
	long fd, error;

	memcpy(path, MOUNTS, sizeof(MOUNTS));
	while (*value >= '0' && *value <= '9' && source_end < path + 60)
		*source_end++ = *value++;
	*source_end = 0;
	skip(&value, ' ');
	read_only = value[0] == 'r' && value[1] == 'o';
	value += 3;
	make_parents(value);
	if (is_directory(path)) {
		make_directory(value);
	} else if (!exists(value)) {
		fd = open_file(value, O_CREAT | O_WRONLY, 0644);
		if (fd >= 0)
			sys1(__NR_close, fd);
	}
	error = sys5(__NR_mount, path, value, 0, MS_BIND, 0);
	if (!error && read_only)
		error = sys5(__NR_mount, 0, value, 0, MS_REMOUNT | MS_BIND | MS_RDONLY, 0);
	if (error)
		fail("cannot mount", value, error);
}

static void bind_all(void)
{
	char *at = NULL, *value;

	while ((value = next_value("bind", &at)))
		bind_one(value);
}
