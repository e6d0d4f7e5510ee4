/* Lines that files of the guest get at their ends. */
#pragma once
#include "conf.h"

/* Same as: echo TEXT >> PATH, on a line of its own. A guest without is no worse than before. */
static void add_line(char *value)
{
	char *path_end = path, last = '\n';
	long fd, n;

	while (*value && *value != ' ' && path_end < path + PATH_BYTES - 1)
		*path_end++ = *value++;
	*path_end = 0;
	skip(&value, ' ');
	make_parents(path);
	n = fd = open_file(path, O_RDWR | O_CREAT | O_APPEND, 0644);
	if (fd >= 0) {
		if (sys3(__NR_lseek, fd, -1, SEEK_END) >= 0)
			sys3(__NR_read, fd, &last, 1);
		if (last != '\n')
			sys3(__NR_write, fd, "\n", 1);
		n = sys3(__NR_write, fd, value, length(value));
		sys3(__NR_write, fd, "\n", 1);
		sys1(__NR_close, fd);
	}
	if (n < 0)
		say("cannot add a line to", path, n);
}

/* Before the mounts: what is staged for them can be written, whatever their mode will be. */
static void add_lines(void)
{
	char *at = NULL, *value;

	while ((value = next_value("line", &at)))
		add_line(value);
}
