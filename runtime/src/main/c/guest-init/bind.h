/* The mounts of the specification. */
#pragma once
#include "own-init.h"
#include "tmpfs.h"

/* Makes what is missing of the destination, as the low-level runtimes do, then binds. */
static void bind_one(char *value)
{
	char *source_end = path + sizeof(MOUNTS) - 1;
	unsigned long flags;
	long fd, error;

	memcpy(path, MOUNTS, sizeof(MOUNTS));
	while (*value >= '0' && *value <= '9' && source_end < path + 60)
		*source_end++ = *value++;
	*source_end = 0;
	skip(&value, ' ');
	flags = value[0] == 'r' && value[1] == 'o' ? MS_RDONLY : 0;
	value += 2;
	skip(&value, ',');
	flags |= number(&value);
	skip(&value, ' ');
	make_parents(value);
	if (is_directory(path)) {
		make_directory(value);
	} else if (!exists(value)) {
		fd = open_file(value, O_CREAT | O_WRONLY, 0644);
		if (fd >= 0)
			sys1(__NR_close, fd);
	}
	error = sys5(__NR_mount, path, value, 0, MS_BIND, 0);
	if (!error && flags)
		error = sys5(__NR_mount, 0, value, 0, MS_REMOUNT | MS_BIND | flags, 0);
	if (error)
		fail("cannot mount", value, error);
}

/* In the specification's order: one may hide or lie below another. */
static void mount_all(void)
{
	for (char *p = conf; p < conf_end; p += length(p) + 1) {
		char *bind = after(p, "bind="), *tmpfs = after(p, "tmpfs=");

		if (bind)
			bind_one(bind);
		else if (tmpfs)
			mount_tmpfs(tmpfs);
	}
}
