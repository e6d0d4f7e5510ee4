/* File systems in memory, tmpfs(5), empty or with what the image has in their place. */
#pragma once
#include "conf.h"

#define COPY_DEPTH 64
#define COPY_BYTES 0x7ffff000 /* the most that sendfile(2) takes at once */

/* struct linux_dirent64 of getdents(2), which uapi does not have. */
struct entry {
	uint64_t inode, offset;
	uint16_t size;
	uint8_t type;
	char name[];
};

static long copy_directory(int from, int to, int depth);

static long copy_file(int from, int to, const char *name)
{
	long in = sys4(__NR_openat, from, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC, 0);
	long out = sys4(__NR_openat, to, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	long n = in < 0 ? in : out;

	if (in >= 0 && out >= 0)
		do
			n = sys4(__NR_sendfile, out, in, 0, COPY_BYTES);
		while (n > 0);
	sys1(__NR_close, in);
	sys1(__NR_close, out);
	return n;
}

static long copy_link(int from, int to, const char *name)
{
	static char target[PATH_BYTES];
	long n = sys4(__NR_readlinkat, from, name, target, sizeof(target) - 1);

	if (n < 0)
		return n;
	target[n] = 0;
	return sys3(__NR_symlinkat, target, to, name);
}

static long copy_below(int from, int to, const char *name, int depth)
{
	long in, out, error = sys3(__NR_mkdirat, to, name, 0700);

	if (error)
		return error;
	in = sys4(__NR_openat, from, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC, 0);
	out = sys4(__NR_openat, to, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC, 0);
	error = in < 0 ? in : out < 0 ? out : copy_directory((int)in, (int)out, depth + 1);
	sys1(__NR_close, in);
	sys1(__NR_close, out);
	return error;
}

/* As mknod(2) takes it: new_encode_dev of linux/kdev_t.h. */
static unsigned device_number(const struct statx *s)
{
	return (s->stx_rdev_minor & 0xff) | s->stx_rdev_major << 8 | (s->stx_rdev_minor & ~0xffU) << 12;
}

static long copy_entry(int from, int to, const char *name, int depth)
{
	struct statx s;
	long error = sys5(__NR_statx, from, name, AT_SYMLINK_NOFOLLOW, STATX_BASIC_STATS, &s);

	if (error)
		return error;
	switch (s.stx_mode & S_IFMT) {
	case S_IFDIR:
		error = copy_below(from, to, name, depth);
		break;
	case S_IFREG:
		error = copy_file(from, to, name);
		break;
	case S_IFLNK:
		error = copy_link(from, to, name);
		break;
	default:
		error = sys4(__NR_mknodat, to, name, s.stx_mode, device_number(&s));
	}
	if (!error)
		error = sys5(__NR_fchownat, to, name, s.stx_uid, s.stx_gid, AT_SYMLINK_NOFOLLOW);
	if (!error && (s.stx_mode & S_IFMT) != S_IFLNK) /* after the owner, which takes set-user-ID away */
		error = sys3(__NR_fchmodat, to, name, s.stx_mode & 07777);
	return error;
}

/* Same as: cp -a FROM/. TO, but for times and for what is linked twice. */
static long copy_directory(int from, int to, int depth)
{
	char buffer[2048] __attribute__((aligned(8)));
	long n;

	if (depth > COPY_DEPTH)
		return -ELOOP;
	while ((n = sys3(__NR_getdents64, from, buffer, sizeof(buffer))) > 0)
		for (long at = 0; at < n;) {
			struct entry *e = (void *)(buffer + at);
			const char *dots = e->name[0] == '.' && e->name[1] == '.' ? e->name + 1 : e->name;

			at += e->size;
			if (dots[0] != '.' || dots[1]) {
				long error = copy_entry(from, to, e->name, depth);

				if (error)
					return error;
			}
		}
	return n;
}

/* The options with the mode of the directory that is hidden in front, as runc has it: a later mode wins. */
static const char *options_on(long directory, const char *options)
{
	static struct line l;
	struct statx s;
	char mode[] = "mode=0000,";

	l.used = 0;
	if (directory >= 0 && sys5(__NR_statx, directory, "", AT_EMPTY_PATH, STATX_MODE, &s) == 0) {
		for (int i = 0; i < 4; i++)
			mode[5 + i] = (char)('0' + (s.stx_mode >> 3 * (3 - i) & 7));
		add(&l, mode);
	}
	while (*options && !(options[0] == '-' && !options[1]))
		add_char(&l, *options++);
	l.text[l.used] = 0;
	return l.text;
}

/* FLAGS COPY OPTIONS DEST, as main.c says. */
static void mount_tmpfs(char *value)
{
	unsigned long flags = number(&value), read_only = flags & MS_RDONLY;
	char *options, *directory;
	long below, above, error;
	int copy;

	skip(&value, ' ');
	copy = *value++ == '1';
	skip(&value, ' ');
	for (options = value; *value && *value != ' '; value++)
		;
	directory = *value ? value + 1 : value;
	*value = 0;
	below = open_file(directory, O_RDONLY | O_DIRECTORY, 0);
	if (below == -ENOENT) {
		make_parents(directory);
		make_directory(directory);
	}
	error = sys5(__NR_mount, "tmpfs", directory, "tmpfs", flags & ~read_only, options_on(below, options));
	if (!error && copy && below >= 0) {
		above = open_file(directory, O_RDONLY | O_DIRECTORY, 0);
		error = above < 0 ? above : copy_directory((int)below, (int)above, 0);
		sys1(__NR_close, above);
	}
	sys1(__NR_close, below);
	if (!error && read_only)
		error = sys5(__NR_mount, 0, directory, 0, MS_REMOUNT | MS_BIND | flags, 0);
	if (error)
		fail("cannot mount a tmpfs at", directory, error);
	directory[-1] = ' '; /* the records stay what they are */
}
