/* The file systems of the kernel, and the console. */
#pragma once
#include <asm/termbits.h>
#include "conf.h"

static void mount_system(void)
{
	if (!exists("/dev/console") || !exists("/dev/null")) {
		mount_at("devtmpfs", "/dev", MS_NOSUID, "mode=0755");
		mount_at("devpts", "/dev/pts", MS_NOSUID | MS_NOEXEC, "ptmxmode=0666,mode=0620,gid=5");
		mount_at("tmpfs", "/dev/shm", MS_NOSUID | MS_NODEV, "mode=1777");
	}
	mount_at("proc", "/proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL);
	mount_at("sysfs", "/sys", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL);
	sys3(__NR_symlinkat, "/proc/self/fd", AT_FDCWD, "/dev/fd");
	sys3(__NR_symlinkat, "/proc/self/fd/0", AT_FDCWD, "/dev/stdin");
	sys3(__NR_symlinkat, "/proc/self/fd/1", AT_FDCWD, "/dev/stdout");
	sys3(__NR_symlinkat, "/proc/self/fd/2", AT_FDCWD, "/dev/stderr");
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
