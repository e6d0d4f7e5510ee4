/* Files and directories. */
#pragma once
#include <linux/fcntl.h>
#include <linux/mount.h>
#include <linux/stat.h>
#include "message.h"

#define PATH_BYTES 4096

static char path[PATH_BYTES];

static long open_file(const char *path, long flags, long mode)
{
	return sys4(__NR_openat, AT_FDCWD, path, flags | O_CLOEXEC, mode);
}

static long make_directory(const char *path)
{
	return sys3(__NR_mkdirat, AT_FDCWD, path, 0755);
}

static int exists(const char *path)
{
	return sys4(__NR_faccessat, AT_FDCWD, path, 0, 0) == 0;
}

static int is_directory(const char *path)
{
	struct statx s;

	return sys5(__NR_statx, AT_FDCWD, path, 0, STATX_TYPE, &s) == 0 && (s.stx_mode & S_IFMT) == S_IFDIR;
}

/* Makes the directories above the last component; what exists stays as it is. */
static void make_parents(char *path)
{
	for (char *p = path + 1; *p; p++)
		if (*p == '/') {
			*p = 0;
			make_directory(path);
			*p = '/';
		}
}

static void mount_at(const char *type, const char *dir, unsigned long flags, const char *options)
{
	long error;

	make_directory(dir);
	error = sys5(__NR_mount, type, dir, type, flags, options);
	if (error && error != -EBUSY)
		say("cannot mount", dir, error);
}

/* The whole file and a NUL byte after it; null, with the reason in *error, if it cannot be read. */
static char *read_whole(const char *path, size_t *size, long *error)
{
	long fd = open_file(path, O_RDONLY, 0);
	struct statx s;
	char *text = NULL;
	size_t used = 0;
	long n;

	*error = fd < 0 ? fd : sys5(__NR_statx, fd, "", AT_EMPTY_PATH, STATX_SIZE, &s);
	if (*error < 0 && fd < 0)
		return NULL;
	if (*error == 0) {
		n = sys6(__NR_mmap, 0, s.stx_size + 1, PROT_READ_WRITE, MAP_PRIVATE_ANONYMOUS, -1, 0);
		if (n < 0 && n > -4096)
			*error = n;
		else
			text = (char *)n;
	}
	while (text && used < s.stx_size) {
		n = sys3(__NR_read, fd, text + used, s.stx_size - used);
		if (n <= 0) {
			*error = n ? n : -EINVAL;
			text = NULL;
			break;
		}
		used += (size_t)n;
	}
	sys1(__NR_close, fd);
	*size = used;
	return text;
}

/* /proc/sys, kept open: it stays usable when the program gets a /proc of its own. */
static long settings = -1;

/* Same as: echo VALUE > /proc/sys/NAME */
static long write_setting(const char *name, const char *value)
{
	long fd, n;

	if (settings < 0)
		settings = open_file("/proc/sys", O_PATH | O_DIRECTORY, 0);
	fd = settings < 0 ? settings : sys4(__NR_openat, settings, name, O_WRONLY | O_CLOEXEC, 0);
	if (fd < 0)
		return fd;
	n = sys3(__NR_write, fd, value, length(value));
	sys1(__NR_close, fd);
	return n;
}
