/*
 * The first program of a Linux guest (rdinit=/.urunj/init): makes the machine look like the
 * container the image was built for, then executes the image's own program as process 1 of a PID
 * namespace, as in a container, and waits for it: the machine ends with the program's status. A
 * program that powers off or reboots in its namespace powers the machine off. A kernel without PID
 * namespaces gets the program as its process 1, and no status: its end is a panic.
 *
 * The power button, where the kernel has evdev for it, becomes SIGTERM for the program, whatever its
 * user is. That is what a container's stop means. A program may watch the button itself as well.
 *
 * It reads /.urunj/guest.conf, a sequence of records "key=value" that each end with one
 * NUL byte, so that every byte an argument or a variable can hold survives. The first record is
 * "urunj=1", the last one "end="; without both the file is refused as cut off. Numbers are
 * decimal. IP addresses are lower-case hexadecimal in network order, 8 digits for IPv4 and 32 for
 * IPv6, hence no parser of address text here; "-" means none. Keys, in the order of their use:
 *
 *   exit-port=P            I/O port that ends the virtual machine with the status (value << 1) | 1
 *   tty=/dev/ttyS0         make this terminal the controlling one (default: the console, raw)
 *   stdin=KIND             null: it ends at once; port: from the first port of virtio-serial; default: the console
 *   hostname=NAME
 *   setting=NAME VALUE     repeatable; as sysctl, but before the interface is up, and without a word
 *                          where the kernel has none of the name
 *   mac=02:00:00:00:00:01  the interface that the next six keys configure
 *   mtu=N
 *   rule=ACTION P SRC/PREFIX DST/PREFIX
 *                          repeatable; ACTION is FR_ACT_BLACKHOLE, …_UNREACHABLE or …_PROHIBIT
 *   address=IP/PREFIX      repeatable
 *   route=TYPE IP/PREFIX METRIC MTU SRC [GW F WEIGHT]...
 *                          repeatable; TYPE is RTN_…; METRIC and MTU 0 are the kernel's choice; SRC is the
 *                          preferred source address. A next hop each: the gateway, which may be of IPv6 for
 *                          an IPv4 route; 1 where it is outside every subnet, else 0; its share
 *   neighbour=IP MAC       repeatable; permanent
 *   sysctl=NAME VALUE      repeatable; NAME with slashes, below /proc/sys
 *   line=PATH TEXT         repeatable; TEXT becomes the last line of PATH, which is made if missing
 *   bind=N MODE[,FLAGS] DEST
 *                          repeatable; /.urunj/mounts/N appears at DEST, MODE is ro or rw, FLAGS those of mount(2)
 *   tmpfs=FLAGS COPY OPTIONS DEST
 *                          repeatable, in one order with bind; with COPY 1 it has what was in its place; OPTIONS - is none
 *   read-only=1            the root, once all is made
 *   rlimit=RESOURCE SOFT HARD
 *                          repeatable; the number of setrlimit(2), 18446744073709551615 is unlimited
 *   umask=N                default 18, which is 022
 *   capabilities=B E P I A bounding, effective, permitted, inheritable and ambient set as numbers; default all
 *   no-new-privileges=1
 *   uid=N  gid=N           default 0
 *   group=N                repeatable; supplementary groups
 *   cwd=PATH               default /
 *   env=NAME=VALUE         repeatable; HOME is added from /etc/passwd where it is missing
 *   arg=VALUE              repeatable; the first names the program, searched in PATH without slash
 *
 * /etc/urunj/modules of the image lists kernel modules, a path per line, loaded in that order
 * before the interface is looked for; '#' begins a comment. They may be compressed; see module.h.
 *
 * A program that is an init of its own finds the machine as the kernel left it; see own-init.h. An
 * interface whose driver comes with the program is configured when it appears, by the parent.
 *
 * The exit port gives odd statuses exactly and even ones, 0 aside, plus one: failure stays failure.
 *
 * From the program's start on the kernel writes to the console only what is an emergency, which a panic is, because its
 * messages would stand in the middle of the program's lines. dmesg(1) has them all.
 *
 * What cannot be done is one line on the console. A route, a mount or the program that cannot be
 * had end the guest: status 127 when the program cannot be executed, 125 for the
 * rest, where an exit port exists; power-off elsewhere.
 *
 * Freestanding: no C library, x86-64 and aarch64. One unit of translation: each header is one subject
 * and has its functions in it, because the compiler then leaves out what is not used.
 */
#include "bind.h"
#include "confine.h"
#include "device.h"
#include "input.h"
#include "lines.h"
#include "module.h"
#include "network.h"
#include "program.h"
#include "setting.h"
#include "supervise.h"

void run(void)
{
	char **argv, **envp, *hostname;
	long error, input;

	if (!exists("/dev/console"))
		mount_dev();
	if (sys2(__NR_fcntl, 0, F_GETFD) < 0 || sys2(__NR_fcntl, 2, F_GETFD) < 0)
		open_stdio("/dev/console");
	read_conf();
	find_own_init();
	mount_system();
	hostname = value_of("hostname");
	if (hostname && *hostname) {
		error = sys2(__NR_sethostname, hostname, length(hostname));
		if (error)
			say("cannot set the host name", hostname, error);
	}
	trust_addresses();
	load_modules();
	set_network();
	set_sysctls(0);
	add_lines();
	mount_all();
	argv = vector("arg");
	envp = vector("env");
	if (!argv[0])
		fail("there is no program to execute", NULL, 0);
	add_home(envp);
	enter_directory();
	allow_files();
	input = open_input();
	sys3(__NR_syslog, SYSLOG_ACTION_CONSOLE_LEVEL, 0, 1);
	supervise();
	set_terminal();
	if (own_init)
		leave_system();
	if (input >= 0)
		sys3(__NR_dup3, input, 0, 0);
	confine();
	error = execute(argv, envp);
	say("cannot execute", argv[0], error);
	end(STATUS_EXEC);
}
