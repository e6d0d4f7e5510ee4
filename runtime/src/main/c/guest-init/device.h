/* The file systems of the kernel, and the console. */
#pragma once
#include <asm/termbits.h>
#include "own-init.h"

/* linux/fs.h and sys/mount.h clash */
#define MNT_DETACH 2

static struct system {
	const char *type, *place, *options;
	unsigned long flags;
	int made, mounted;
} systems[] = {
	{ "devtmpfs", "/dev", "mode=0755", MS_NOSUID, 0, 0 },
	{ "proc", "/proc", NULL, MS_NOSUID | MS_NODEV | MS_NOEXEC, 0, 0 },
	{ "sysfs", "/sys", NULL, MS_NOSUID | MS_NODEV | MS_NOEXEC, 0, 0 },
};
#define SYSTEMS (sizeof(systems) / sizeof(*systems))

static void mount_one(struct system *s)
{
	long error;

	s->made |= make_directory(s->place) == 0;
	error = sys5(__NR_mount, s->type, s->place, s->type, s->flags, s->options);
	s->mounted |= error == 0;
	if (error && error != -EBUSY)
		say("cannot mount", s->place, error);
}

static void mount_dev(void)
{
	mount_one(&systems[0]);
}

/* What an init of its own will mount itself gets nothing that would be in its way there: the files of a
 * devtmpfs are the same in every mount of it. */
static void mount_system(void)
{
	if (!exists("/dev/console") || !exists("/dev/null"))
		mount_dev();
	for (size_t i = 1; i < SYSTEMS; i++)
		mount_one(&systems[i]);
	if (own_init)
		return;
	if (systems[0].mounted) {
		mount_at("devpts", "/dev/pts", MS_NOSUID | MS_NOEXEC, "ptmxmode=0666,mode=0620,gid=5");
		mount_at("tmpfs", "/dev/shm", MS_NOSUID | MS_NODEV, "mode=1777");
	}
	sys3(__NR_symlinkat, "/proc/self/fd", AT_FDCWD, "/dev/fd");
	sys3(__NR_symlinkat, "/proc/self/fd/0", AT_FDCWD, "/dev/stdin");
	sys3(__NR_symlinkat, "/proc/self/fd/1", AT_FDCWD, "/dev/stdout");
	sys3(__NR_symlinkat, "/proc/self/fd/2", AT_FDCWD, "/dev/stderr");
}

/* For an init of its own: as the kernel had it. What is open stays usable. */
static void leave_system(void)
{
	for (size_t i = 0; i < SYSTEMS; i++) {
		if (systems[i].mounted)
			sys2(__NR_umount2, systems[i].place, MNT_DETACH);
		if (systems[i].made)
			sys3(__NR_unlinkat, AT_FDCWD, systems[i].place, AT_REMOVEDIR);
	}
}

static void open_stdio(const char *path)
{
	long fd = sys4(__NR_openat, AT_FDCWD, path, O_RDWR | O_NOCTTY, 0);

	if (fd < 0)
		return;
	for (long target = 0; target < 3; target++)
		if (fd != target)
			sys3(__NR_dup3, fd, target, 0);
	if (fd > 2)
		sys1(__NR_close, fd);
}

/*
 * A container's output is bytes. The console's line discipline would add a carriage return to
 * every line and echo the input, so it is switched off unless a terminal was asked for.
 */
static void set_terminal(void)
{
	char *tty = value_of("tty");
	struct termios t;

	if (tty) {
		sys0(__NR_setsid);
		open_stdio(tty);
		sys3(__NR_ioctl, 0, TIOCSCTTY, 0);
		return;
	}
	if (sys3(__NR_ioctl, 0, TCGETS, &t) == 0) {
		t.c_oflag &= ~(tcflag_t)OPOST;
		t.c_iflag &= ~(tcflag_t)(ICRNL | INLCR | IGNCR | IXON | ISTRIP);
		t.c_lflag &= ~(tcflag_t)(ECHO | ICANON | ISIG | IEXTEN);
		sys3(__NR_ioctl, 0, TCSETS, &t);
	}
}
