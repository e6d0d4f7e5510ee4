/* Kernel modules, plain or compressed. */
#pragma once
#include <linux/module.h>
#include "file.h"

#define MODULES "/etc/urunj/modules"
#define LONGEST_ENDING 4

struct format {
	const char *ending; /* of a file's name, behind ".ko" */
	const char *magic;
	int magic_bytes;
	const char *refused; /* the message if the kernel refuses it */
};

/* Debian 13, Fedora and Arch ship their modules compressed. The kernel unpacks the formats that it was
 * configured for, since Linux 5.17. */
static const struct format formats[] = {
	{ "", "", 0, NULL },
	{ ".xz", "\3757zXZ", 6, "cannot load the module (not whole, or this kernel reads none in xz)" },
	{ ".zst", "\050\265\057\375", 4, "cannot load the module (not whole, or this kernel reads none in zstd)" },
	{ ".gz", "\037\213", 2, "cannot load the module (not whole, or this kernel reads none in gzip)" },
};
#define FORMATS (sizeof(formats) / sizeof(*formats))

/* By its first bytes, because a name may be wrong; 0 is also what is none of them. */
static size_t format_of(int fd)
{
	char head[8] = { 0 };

	sys4(__NR_pread64, fd, head, sizeof(head), 0);
	for (size_t i = 1; i < FORMATS; i++)
		if (same(head, formats[i].magic, (size_t)formats[i].magic_bytes))
			return i;
	return 0;
}

/* Opens the file that is listed, or the same module in another format: the list may have been written
 * for a kernel whose modules were compressed otherwise. Its name is in path. */
static long open_module(const char *listed)
{
	size_t size = length(listed), ending;
	long fd = open_file(listed, O_RDONLY, 0);

	if (fd != -ENOENT || size + LONGEST_ENDING >= PATH_BYTES)
		return fd;
	memcpy(path, listed, size + 1);
	for (size_t i = 1; i < FORMATS; i++) {
		ending = length(formats[i].ending);
		if (size > ending && same(path + size - ending, formats[i].ending, ending))
			size -= ending;
	}
	for (size_t i = 0; i < FORMATS && fd == -ENOENT; i++) {
		memcpy(path + size, formats[i].ending, length(formats[i].ending) + 1);
		fd = open_file(path, O_RDONLY, 0);
	}
	return fd;
}

static void load_module(const char *listed)
{
	long fd = open_module(listed);
	long error = fd;
	size_t format = 0;

	if (fd >= 0) {
		format = format_of((int)fd);
		error = sys3(__NR_finit_module, fd, "", format ? MODULE_INIT_COMPRESSED_FILE : 0);
		sys1(__NR_close, fd);
	}
	if (error >= 0 || error == -EEXIST)
		return;
	if (format && (error == -EOPNOTSUPP || error == -EINVAL))
		say(formats[format].refused, listed, 0);
	else
		say("cannot load the module", listed, error);
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
