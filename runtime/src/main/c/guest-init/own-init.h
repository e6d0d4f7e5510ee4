/*
 * Whether the program is an init that sets its machine up by itself, as urunc's images may have one: urunc
 * boots it on the bare kernel. It mounts /proc, /sys and /dev and gives the interface its address, and a
 * script with "set -e" ends where it finds that done. So it finds the machine as the kernel leaves it, and
 * the network in a form that gets in the way of nothing: see network.h.
 *
 * A script says it by itself: one that mounts sysfs or devtmpfs is such an init, and another is none,
 * whatever its name (s6-overlay's /init is made for containers). Any other program is one by the names
 * that a kernel looks for.
 */
#pragma once
#include "conf.h"

#define SCRIPT_BYTES 65536
#define MOUNTS "/.urunj/mounts/"

static int own_init;

static int mounts_its_system(const char *text, size_t size)
{
	return holds(text, size, "sysfs") || holds(text, size, "devtmpfs");
}

/* Where a file lies that a mount of the specification will bring to its place later; in path. */
static const char *place_now(const char *file)
{
	char *at = NULL, *value;
	const char *found = file;

	while ((value = next_value("bind", &at))) {
		size_t used = sizeof(MOUNTS) - 1;
		char *rest;

		memcpy(path, MOUNTS, sizeof(MOUNTS));
		while (*value >= '0' && *value <= '9' && used < 60)
			path[used++] = *value++;
		skip(&value, ' ');
		while (*value && *value != ' ') /* its mode and flags */
			value++;
		skip(&value, ' ');
		rest = after((char *)file, value);
		if (rest && (*rest == '/' || !*rest) && used + length(rest) < PATH_BYTES) {
			memcpy(path + used, rest, length(rest) + 1);
			found = path;
			break;
		}
	}
	return found;
}

/* 1 for a script that mounts its system, 0 for another script, -1 for what is no script. */
static int script(const char *file, int anything)
{
	static char text[SCRIPT_BYTES];
	long fd = open_file(place_now(file), O_RDONLY | O_NONBLOCK, 0), n;

	if (fd < 0)
		return -1;
	n = sys3(__NR_read, fd, text, sizeof(text));
	sys1(__NR_close, fd);
	if (n < 2 || (!anything && (text[0] != '#' || text[1] != '!')))
		return -1;
	return mounts_its_system(text, (size_t)n);
}

static void find_own_init(void)
{
	static const char *const names[] = { "init", "/init", "/sbin/init", "/bin/init", "/etc/init", "/usr/sbin/init",
					     "/linuxrc", "/lib/systemd/systemd", "/usr/lib/systemd/systemd" };
	char *at = NULL, *program = next_value("arg", &at), *second = next_value("arg", &at);
	int answer;

	if (!program)
		return;
	answer = holds(program, length(program), "/") ? script(program, 0) : -1;
	if (answer >= 0) {
		own_init = answer;
		return;
	}
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		own_init |= is(program, names[i]);
	if (!second || !ends_with(program, "sh"))
		return;
	if (*second != '-') {
		own_init |= script(second, 1) > 0;
	} else {
		char *words = next_value("arg", &at);

		own_init |= words && mounts_its_system(words, length(words));
	}
}
