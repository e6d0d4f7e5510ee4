/* The parent of the program: hands the power button on, configures an interface that comes late, and ends
 * the machine with the status. */
#pragma once
#include <asm/poll.h>
#include <linux/input-event-codes.h>
#include <linux/sched.h>
#include "device.h"
#include "network.h"

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

/* /dev, kept open: an init of its own gets another one in its place. */
static long devices = -1;

/* Opens the input devices that are there and not open yet: a driver may come with the program. */
static void open_inputs(struct pollfd *inputs)
{
	char name[] = "input/event0";

	if (devices < 0)
		devices = open_file("/dev", O_PATH | O_DIRECTORY, 0);
	for (int n = 0; devices >= 0 && n < INPUTS; n++) {
		long flags = O_RDONLY | O_NONBLOCK | O_CLOEXEC;

		name[sizeof(name) - 2] = (char)('0' + n);
		if (inputs[n].fd < 0)
			inputs[n].fd = (int)sys4(__NR_openat, devices, name, flags, 0);
		inputs[n].events = POLLIN;
	}
}

/* News of devices: NETLINK_KOBJECT_UEVENT. */
static long open_device_events(void)
{
	struct sockaddr_nl kernel = { .nl_family = AF_NETLINK, .nl_groups = 1 };
	long fd = sys3(__NR_socket, AF_NETLINK, SOCK_RAW_CLOEXEC, NETLINK_KOBJECT_UEVENT);

	if (fd >= 0)
		sys3(__NR_bind, fd, &kernel, sizeof(kernel));
	return fd;
}

/* Does for the program what it may need while it runs, until it ends: hands the power button on, and
 * configures the interface when it comes. poll(2) passes over descriptors below 0. */
static void watch(long child, int pidfd)
{
	struct pollfd fds[INPUTS + 3];
	struct pollfd *devices_news = fds + 1, *link_news = fds + 2, *inputs = fds + 3;

	for (int i = 0; i < INPUTS; i++)
		inputs[i].fd = -1;
	fds[0] = (struct pollfd){ .fd = pidfd, .events = POLLIN };
	*devices_news = (struct pollfd){ .fd = (int)open_device_events(), .events = POLLIN };
	*link_news = (struct pollfd){ .fd = (int)link_events, .events = POLLIN };
	open_inputs(inputs);
	while (sys5(__NR_ppoll, fds, INPUTS + 3, 0, 0, 0) >= 0 && !fds[0].revents) {
		if (link_news->revents) {
			look_for_link();
			link_news->fd = (int)link_events;
		}
		if (devices_news->revents) {
			drain(devices_news->fd);
			open_inputs(inputs);
		}
		for (int i = 0; i < INPUTS; i++) {
			if (inputs[i].revents & POLLIN && is_pressed(inputs[i].fd))
				sys2(__NR_kill, child, SIGTERM);
			if (inputs[i].revents & ~POLLIN) {
				sys1(__NR_close, inputs[i].fd);
				inputs[i].fd = -1; /* the device is gone */
			}
		}
	}
}

/* Where no supervisor runs beside the program: a process for the interface alone. */
static void await_link_apart(void)
{
	struct pollfd news = { .fd = (int)link_events, .events = POLLIN };

	if (!is_awaited() || sys5(__NR_clone, SIGCHLD, 0, 0, 0, 0) != 0)
		return;
	while (is_awaited() && sys5(__NR_ppoll, &news, 1, 0, 0, 0) >= 0)
		look_for_link();
	sys1(__NR_exit_group, 0);
}

/* Returns in the child, which is process 1 of its own PID namespace; or, without such namespaces,
 * in process 1 of the machine. The parent stays here until the child ends. */
static void supervise(void)
{
	int status = 0, pidfd = -1; /* before Linux 5.2 there is none, and no button */
	long child, ended;

	child = sys3(__NR_clone, CLONE_NEWPID | CLONE_PIDFD | SIGCHLD, 0, &pidfd);
	if (child < 0) {
		await_link_apart();
		return;
	}
	if (child == 0) {
		supervised = 1;
		sys0(__NR_setsid); /* else its process group is 0, outside of its namespace */
		if (!own_init)
			mount_at("proc", "/proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL);
		return;
	}
	if (pidfd >= 0)
		watch(child, pidfd);
	else
		await_link_apart();
	do
		ended = sys4(__NR_wait4, child, &status, 0, 0);
	while (ended != child);
	if ((status & 0x7f) == 0)
		end((status >> 8) & 0xff);
	/* reboot(2) in a PID namespace ends its first process by HUP for restart, by INT for the rest;
	 * no process in it can send these to a process that does not handle them. */
	if ((status & 0x7f) == SIGINT || (status & 0x7f) == SIGHUP)
		end(0);
	end(128 + (status & 0x7f));
}
