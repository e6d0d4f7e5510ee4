/*
 * The program's standard input, where it is neither the console nor a terminal: a port of virtio-serial, whose other end is
 * the container's own input. The port knows both of the host's ends: nothing is read before it is opened here, so no byte is
 * lost, and the end of the input is an end here too. A process of ours carries the bytes on into a pipe, because a port
 * can be open once only and programs open /dev/stdin.
 */
#pragma once
#include "conf.h"
#include "route.h"

#define PORT_CLASS "/sys/class/virtio-ports"
#define PIPE_BYTES 65536

/* The first port of any device: the runtime makes one and no other. Drivers probe in the background. */
static long open_port(void)
{
	struct __kernel_timespec pause = { .tv_sec = 0, .tv_nsec = NIC_WAIT_NANOS };
	char name[] = "/dev/vport0p1";

	if (!exists(PORT_CLASS))
		return -ENODEV;
	for (int i = 0; i < NIC_WAIT_TRIES; i++) {
		for (char n = '0'; n <= '9'; n++) {
			long fd;

			name[sizeof(name) - 4] = n;
			fd = open_file(name, O_RDONLY, 0);
			if (fd != -ENOENT)
				return fd;
		}
		sys2(__NR_nanosleep, &pause, 0);
	}
	return -ENODEV;
}

__attribute__((noreturn)) static void carry(long port, long pipe)
{
	static char bytes[PIPE_BYTES];
	long n, written, done;

	while ((n = sys3(__NR_read, port, bytes, sizeof(bytes))) > 0)
		for (done = 0; done < n; done += written) {
			written = sys3(__NR_write, pipe, bytes + done, n - done);
			if (written <= 0)
				sys1(__NR_exit_group, 0);
		}
	for (;;)
		sys1(__NR_exit_group, 0);
}

/* An input that ends at once. */
static long open_null(void)
{
	return open_file("/dev/null", O_RDONLY, 0);
}

/* The descriptor that is to be the program's standard input; negative leaves it the console. */
static long open_input(void)
{
	char *input = value_of("stdin");
	long port, error;
	int ends[2];

	if (!input)
		return -1;
	if (!after(input, "port"))
		return open_null();
	port = open_port();
	error = port < 0 ? port : sys2(__NR_pipe2, ends, O_CLOEXEC);
	if (!error) {
		error = sys2(__NR_clone, SIGCHLD, 0);
		if (error == 0) {
			sys1(__NR_close, ends[0]);
			carry(port, ends[1]);
		}
		error = error > 0 ? 0 : error;
	}
	if (error) {
		say("the standard input ends at once: no port of virtio_console", NULL, error);
		return open_null();
	}
	sys1(__NR_close, port);
	sys1(__NR_close, ends[1]);
	return ends[0];
}
