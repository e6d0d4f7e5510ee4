/* Kernel modules. */
#pragma once
#include "file.h"

#define MODULES "/etc/urunj/modules"

static void load_module(const char *path)
{
	long fd = open_file(path, O_RDONLY, 0);
	long error = fd < 0 ? fd : sys3(__NR_finit_module, fd, "", 0);

	if (fd >= 0)
		sys1(__NR_close, fd);
	if (error < 0 && error != -EEXIST)
		say("cannot load the module", path, error);
}

static void load_modules(void)
{
	size_t size;
	long error;
	char *line = read_whole(MODULES, &size, &error);

	if (!line) {
		if (error != -ENOENT && error != -ENOTDIR)
			say("cannot read", MODULES, error);
		return;
	}
	for (char *stop = line + size; line < stop;) {
		char *next = line;

		while (next < stop && *next != '\n')
			next++;
		*next = 0;
		if (next > line && next[-1] == '\r')
			next[-1] = 0;
		if (*line && *line != '#')
			load_module(line);
		line = next + 1;
	}
}
