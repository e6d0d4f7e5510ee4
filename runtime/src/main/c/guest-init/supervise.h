/* The parent of the program: hands the power button on, and ends the machine with its status. */
#pragma once
#include <asm/poll.h>
#include <linux/input-event-codes.h>
#include <linux/sched.h>
#include "device.h"

#define INPUTS 8

/* struct input_event of linux/input.h, whose header wants a C library's. */
struct event {
	uint64_t seconds, microseconds;
	uint16_t type, code;
	int32_t value;
};

/* Whether an input device tells that the power button was pressed. */
static int is_pressed(int device)
{
	struct event e;
	int pressed = 0;

	while (sys3(__NR_read, device, &e, sizeof(e)) == (long)sizeof(e))
		pressed |= e.type == EV_KEY && e.code == KEY_POWER && e.value == 1;
	return pressed;
}

static int open_inputs(struct pollfd *inputs)
{
	char name[] = "/dev/input/event0";
	int count = 0;

	for (int n = 0; n < INPUTS; n++) {
		name[sizeof(name) - 2] = (char)('0' + n);
		long fd = open_file(name, O_RDONLY | O_NONBLOCK, 0);
		if (fd >= 0)
			inputs[count++] = (struct pollfd){ .fd = (int)fd, .events = POLLIN };
	}
	return count;
}

/* Hands the power button on to the program until it ends. */
static void watch(long child, int pidfd)
{
	struct pollfd fds[INPUTS + 1] = { { .fd = pidfd, .events = POLLIN } };
	int count = open_inputs(fds + 1);

	if (pidfd < 0 || count == 0)
		return;
	while (sys5(__NR_ppoll, fds, count + 1, 0, 0, 0) >= 0 && !fds[0].revents)
		for (int i = 1; i <= count; i++) {
			if (fds[i].revents & POLLIN && is_pressed(fds[i].fd))
				sys2(__NR_kill, child, SIGTERM);
			if (fds[i].revents & ~POLLIN)
				fds[i].fd = -1; /* the device is gone; poll(2) passes over it now */
		}
}

/* Returns in the child, which is process 1 of its own PID namespace; or, without such namespaces,
 * in process 1 of the machine. The parent stays here until the child ends. */
static void supervise(void)
{
	int status = 0, pidfd = -1; /* before Linux 5.2 there is none, and no button */
	long child, ended;

	child = sys3(__NR_clone, CLONE_NEWPID | CLONE_PIDFD | SIGCHLD, 0, &pidfd);
	if (child < 0)
		return;
	if (child == 0) {
		supervised = 1;
		sys0(__NR_setsid); /* else its process group is 0, outside of its namespace */
		mount_at("proc", "/proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL);
		return;
	}
	watch(child, pidfd);
	do
		ended = sys4(__NR_wait4, child, &status, 0, 0);
	while (ended != child);
	if ((status & 0x7f) == 0)
		end((status >> 8) & 0xff);
	/* reboot(2) in a PID namespace ends its first process by HUP for restart, by INT for the rest;
	 * nobody in it can send these to a process that does not handle them. */
	if ((status & 0x7f) == SIGINT || (status & 0x7f) == SIGHUP)
		end(0);
	end(128 + (status & 0x7f));
}
