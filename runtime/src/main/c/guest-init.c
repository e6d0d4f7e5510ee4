/*
 * The first program of a Linux guest (rdinit=/.urunj/init): makes the machine look like the
 * container the image was built for, then executes the image's own program as process 1 of a PID
 * namespace, as in a container, and waits for it: the machine ends with the program's status. A
 * program that powers off or reboots in its namespace powers the machine off. A kernel without PID
 * namespaces gets the program as its process 1, and a status that is always 0.
 *
 * The power button, where the kernel has evdev for it, becomes SIGTERM for the program, whoever its
 * user is: what a container's stop is. A program may watch the button itself as well.
 *
 * What it is told: /.urunj/guest.conf, a sequence of records "key=value" that each end with one
 * NUL byte, so that every byte an argument or a variable can hold survives. The first record is
 * "urunj=1", the last one "end="; without both the file is refused as cut off. Numbers are
 * decimal. IP addresses are lower-case hexadecimal in network order, 8 digits for IPv4 and 32 for
 * IPv6, hence no parser of address text here; "-" means none. Keys, in the order of their use:
 *
 *   exit-port=P            I/O port that ends the virtual machine with the status (value << 1) | 1
 *   tty=/dev/ttyS0         make this terminal the controlling one (default: the console, raw)
 *   hostname=NAME
 *   mac=02:00:00:00:00:01  the interface that the next six keys configure
 *   mtu=N
 *   address=IP/PREFIX      repeatable
 *   route=IP/PREFIX GW F [MTU [SRC]]
 *                          repeatable; F is 1 where the gateway is outside every subnet, else 0;
 *                          MTU 0 is the interface's; SRC is the preferred source address
 *   neighbour=IP MAC       repeatable; permanent
 *   sysctl=NAME VALUE      repeatable; NAME with slashes, below /proc/sys
 *   line=PATH TEXT         repeatable; TEXT becomes the last line of PATH, which is made if missing
 *   bind=N MODE DEST       repeatable; /.urunj/mounts/N appears at DEST, MODE is ro or rw
 *   uid=N  gid=N           default 0
 *   group=N                repeatable; supplementary groups
 *   cwd=PATH               default /
 *   env=NAME=VALUE         repeatable; HOME is added from /etc/passwd where it is missing
 *   arg=VALUE              repeatable; the first names the program, searched in PATH without slash
 *
 * /etc/urunj/modules of the image lists kernel modules, a path per line, loaded in that order
 * before the interface is looked for; '#' begins a comment.
 *
 * The exit port gives odd statuses exactly and even ones, 0 aside, plus one: failure stays failure.
 *
 * What cannot be done is one line on the console. The interface's absence, a mount or the program
 * that cannot be had end the guest: status 127 when the program cannot be executed, 125 for the
 * rest, where an exit port exists; power-off elsewhere.
 *
 * Freestanding: no C library, x86-64 and aarch64.
 */
#include <asm/ioctls.h>
#include <asm/poll.h>
#include <asm/termbits.h>
#include <asm/unistd.h>
#include <linux/errno.h>
#include <linux/fcntl.h>
#include <linux/if_addr.h>
#include <linux/if_link.h>
#include <linux/input-event-codes.h>
#include <linux/mount.h>
#include <linux/neighbour.h>
#include <linux/netlink.h>
#include <linux/reboot.h>
#include <linux/rtnetlink.h>
#include <linux/sched.h>
#include <linux/stat.h>
#include <linux/time_types.h>
#include <stddef.h>
#include <stdint.h>

#define CONF "/.urunj/guest.conf"
#define MOUNTS "/.urunj/mounts/"
#define MODULES "/etc/urunj/modules"
#define INPUTS 8
#define STATUS_SETUP 125
#define STATUS_EXEC 127
#define NIC_WAIT_TRIES 400
#define NIC_WAIT_NANOS 5000000
#define PATH_BYTES 4096
#define DEFAULT_PATH "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

/* ---- system calls ------------------------------------------------------------------------- */

#if defined(__x86_64__)
static long syscall6(long n, long a, long b, long c, long d, long e, long f)
{
	register long r10 __asm__("r10") = d;
	register long r8 __asm__("r8") = e;
	register long r9 __asm__("r9") = f;
	long ret;

	__asm__ volatile("syscall"
			 : "=a"(ret)
			 : "a"(n), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9)
			 : "rcx", "r11", "memory");
	return ret;
}

__asm__(".text\n.globl _start\n_start:\n\txor %ebp, %ebp\n\tand $-16, %rsp\n\tcall run\n\thlt\n");
#elif defined(__aarch64__)
static long syscall6(long n, long a, long b, long c, long d, long e, long f)
{
	register long x8 __asm__("x8") = n;
	register long x0 __asm__("x0") = a;
	register long x1 __asm__("x1") = b;
	register long x2 __asm__("x2") = c;
	register long x3 __asm__("x3") = d;
	register long x4 __asm__("x4") = e;
	register long x5 __asm__("x5") = f;

	__asm__ volatile("svc #0"
			 : "+r"(x0)
			 : "r"(x8), "r"(x1), "r"(x2), "r"(x3), "r"(x4), "r"(x5)
			 : "memory");
	return x0;
}

__asm__(".text\n.globl _start\n_start:\n\tmov x29, #0\n\tmov x30, #0\n\tbl run\n\tbrk #0\n");
#else
#error "this architecture is not known"
#endif

#define ARG(x) ((long)(x))
#define sys0(n) syscall6(n, 0, 0, 0, 0, 0, 0)
#define sys1(n, a) syscall6(n, ARG(a), 0, 0, 0, 0, 0)
#define sys2(n, a, b) syscall6(n, ARG(a), ARG(b), 0, 0, 0, 0)
#define sys3(n, a, b, c) syscall6(n, ARG(a), ARG(b), ARG(c), 0, 0, 0)
#define sys4(n, a, b, c, d) syscall6(n, ARG(a), ARG(b), ARG(c), ARG(d), 0, 0)
#define sys5(n, a, b, c, d, e) syscall6(n, ARG(a), ARG(b), ARG(c), ARG(d), ARG(e), 0)
#define sys6(n, a, b, c, d, e, f) syscall6(n, ARG(a), ARG(b), ARG(c), ARG(d), ARG(e), ARG(f))

/* uapi has these only in headers that clash with the ones above or need a C library. */
#define PROT_READ_WRITE 3
#define MAP_PRIVATE_ANONYMOUS 0x22
#define AF_INET 2
#define AF_INET6 10
#define AF_NETLINK 16
#define ARPHRD_ETHER 1
#define IFF_UP 1
#define SEEK_END 2
#define SIGHUP 1
#define SIGINT 2
#define SIGTERM 15
#define SIGCHLD 17
#define SOCK_RAW_CLOEXEC (3 | 02000000)

/* The compiler may call these by itself. */
void *memcpy(void *to, const void *from, size_t n);
void *memset(void *to, int byte, size_t n);
__attribute__((noreturn, used)) void run(void);

void *memcpy(void *to, const void *from, size_t n)
{
	char *t = to;
	const char *f = from;

	while (n--)
		*t++ = *f++;
	return to;
}

void *memset(void *to, int byte, size_t n)
{
	char *t = to;

	while (n--)
		*t++ = (char)byte;
	return to;
}

static size_t length(const char *s)
{
	size_t n = 0;

	while (s[n])
		n++;
	return n;
}

static int same(const void *a, const void *b, size_t n)
{
	const char *x = a, *y = b;

	while (n--)
		if (*x++ != *y++)
			return 0;
	return 1;
}

/* The text after the prefix, or null when s does not begin with it. */
static char *after(char *s, const char *prefix)
{
	size_t n = length(prefix);

	for (size_t i = 0; i < n; i++)
		if (s[i] != prefix[i])
			return NULL;
	return s + n;
}

/* ---- messages and the end ----------------------------------------------------------------- */

static unsigned exit_port;
static int supervised; /* this is the child that becomes the program; its parent ends the machine */

struct line {
	char text[400];
	size_t used;
};

static void add_char(struct line *l, char c)
{
	if (l->used < sizeof(l->text) - 1)
		l->text[l->used++] = c;
}

/* Control characters become '?', at most 80 bytes: the value may come from anywhere. */
static void add(struct line *l, const char *s)
{
	for (int i = 0; s[i] && i < 80; i++)
		add_char(l, (unsigned char)s[i] < ' ' || s[i] == 127 ? '?' : s[i]);
}

static void add_number(struct line *l, unsigned long n)
{
	char digits[21];
	int at = 20;

	digits[at] = 0;
	do
		digits[--at] = (char)('0' + n % 10);
	while (n /= 10);
	add(l, digits + at);
}

static const char *error_text(long error)
{
	switch (error) {
	case EPERM:
		return "not permitted";
	case ENOENT:
		return "no such file or directory";
	case ENXIO:
	case ENODEV:
		return "no such device";
	case E2BIG:
		return "arguments and environment are too long";
	case ENOEXEC:
		return "not a program of this machine";
	case ENOMEM:
		return "out of memory";
	case EACCES:
		return "permission denied";
	case ENOTDIR:
		return "not a directory";
	case EISDIR:
		return "is a directory";
	case EINVAL:
		return "invalid argument";
	case ELOOP:
		return "too many symbolic links";
	case ENETUNREACH:
		return "network is unreachable";
	default:
		return NULL;
	}
}

/* One line on the console: "urunj-init: what: value: error". value may be null, error 0. */
static void say(const char *what, const char *value, long error)
{
	struct line l = { .used = 0 };

	if (error < 0)
		error = -error;
	add(&l, "urunj-init: ");
	add(&l, what);
	if (value) {
		add(&l, ": ");
		add(&l, value);
	}
	if (error) {
		add(&l, ": ");
		if (error_text(error)) {
			add(&l, error_text(error));
		} else {
			add(&l, "errno ");
			add_number(&l, (unsigned long)error);
		}
	}
	l.text[l.used++] = '\n';
	sys3(__NR_write, 2, l.text, l.used);
}

__attribute__((noreturn)) static void end(int status)
{
	if (supervised)
		sys1(__NR_exit_group, status);
	sys3(__NR_ioctl, 2, TCSBRK, 1); /* tcdrain(3): the line must leave before the machine does */
#if defined(__x86_64__)
	if (status && exit_port && sys3(__NR_ioperm, exit_port, 2, 1) == 0)
		__asm__ volatile("outw %0, %1" ::"a"((uint16_t)(status >> 1)), "Nd"((uint16_t)exit_port));
#else
	(void)status;
#endif
	sys4(__NR_reboot, LINUX_REBOOT_MAGIC1, LINUX_REBOOT_MAGIC2, LINUX_REBOOT_CMD_POWER_OFF, 0);
	for (;;)
		sys1(__NR_exit, 1); /* the kernel panics, panic=-1 reboots, the monitor ends */
}

__attribute__((noreturn)) static void fail(const char *what, const char *value, long error)
{
	say(what, value, error);
	end(STATUS_SETUP);
}

/* ---- files -------------------------------------------------------------------------------- */

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

/* ---- the records -------------------------------------------------------------------------- */

static char *conf;
static char *conf_end;

/* The value of the next record with this key; *at is the cursor, null to begin with. */
static char *next_value(const char *key, char **at)
{
	char *p = *at ? *at : conf;

	while (p < conf_end) {
		char *record = p;
		char *value = after(record, key);

		p += length(p) + 1;
		*at = p;
		if (value && *value == '=')
			return value + 1;
	}
	return NULL;
}

static char *value_of(const char *key)
{
	char *at = NULL;

	return next_value(key, &at);
}

static unsigned long number(char **text)
{
	unsigned long n = 0;

	while (**text >= '0' && **text <= '9')
		n = n * 10 + (unsigned long)(*(*text)++ - '0');
	return n;
}

static unsigned long number_of(const char *key, unsigned long otherwise)
{
	char *value = value_of(key);

	return value ? number(&value) : otherwise;
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return -1;
}

/* Bytes in hexadecimal, with or without colons, until something else; the number of bytes. */
static int bytes_of(char **text, unsigned char *out, int limit)
{
	int n = 0;

	while (n < limit && hex_digit((*text)[0]) >= 0 && hex_digit((*text)[1]) >= 0) {
		out[n++] = (unsigned char)(hex_digit((*text)[0]) << 4 | hex_digit((*text)[1]));
		*text += 2;
		if (**text == ':')
			(*text)++;
	}
	return n;
}

static void skip(char **text, char c)
{
	if (**text == c)
		(*text)++;
}

static void read_conf(void)
{
	size_t size;
	long error;

	conf = read_whole(CONF, &size, &error);
	if (!conf)
		fail("cannot read", CONF, error);
	conf_end = conf + size;
	if (size < 13 || !same(conf, "urunj=1", 8) || !same(conf_end - 6, "\0end=", 6))
		fail("not a whole list of records", CONF, 0);
	exit_port = (unsigned)number_of("exit-port", 0);
	sys3(__NR_unlinkat, AT_FDCWD, CONF, 0);
	sys3(__NR_unlinkat, AT_FDCWD, "/.urunj/init", 0);
}

/* ---- devices, console, modules ------------------------------------------------------------ */

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

static void load_module(const char *path)
{
	long fd = open_file(path, O_RDONLY, 0);
	long error = fd < 0 ? fd : sys3(__NR_finit_module, fd, "", 0);

	if (fd >= 0)
		sys1(__NR_close, fd);
	if (error < 0 && error != -EEXIST)
		say("cannot load the module", path, error);
}

static void load_modules(void)
{
	size_t size;
	long error;
	char *line = read_whole(MODULES, &size, &error);

	if (!line) {
		if (error != -ENOENT && error != -ENOTDIR)
			say("cannot read", MODULES, error);
		return;
	}
	for (char *stop = line + size; line < stop;) {
		char *next = line;

		while (next < stop && *next != '\n')
			next++;
		*next = 0;
		if (next > line && next[-1] == '\r')
			next[-1] = 0;
		if (*line && *line != '#')
			load_module(line);
		line = next + 1;
	}
}

/* ---- network ------------------------------------------------------------------------------ */

/* Room for one request, and for one datagram of a link dump (the kernel fills up to 32 KiB). */
static union {
	struct nlmsghdr header;
	char bytes[512];
} request;
static union {
	struct nlmsghdr header;
	char bytes[32768];
} answer;
static long route_socket = -1;

static void *begin(int type, int flags, size_t size)
{
	memset(&request, 0, sizeof(request));
	request.header.nlmsg_len = (uint32_t)NLMSG_LENGTH(size);
	request.header.nlmsg_type = (uint16_t)type;
	request.header.nlmsg_flags = (uint16_t)(NLM_F_REQUEST | flags);
	return NLMSG_DATA(&request.header);
}

static void attribute(int type, const void *value, size_t size)
{
	struct rtattr *a = (void *)(request.bytes + NLMSG_ALIGN(request.header.nlmsg_len));

	a->rta_type = (uint16_t)type;
	a->rta_len = (uint16_t)RTA_LENGTH(size);
	memcpy(RTA_DATA(a), value, size);
	request.header.nlmsg_len = NLMSG_ALIGN(request.header.nlmsg_len) + (uint32_t)RTA_ALIGN(a->rta_len);
}

/* Sends the request, flagged NLM_F_ACK, and gives the kernel's answer: 0 or a negative errno. */
static long acknowledged(void)
{
	long n = sys6(__NR_sendto, route_socket, &request, request.header.nlmsg_len, 0, 0, 0);

	if (n < 0)
		return n;
	n = sys6(__NR_recvfrom, route_socket, &answer, sizeof(answer), 0, 0, 0);
	if (n < (long)NLMSG_LENGTH(sizeof(struct nlmsgerr)))
		return n < 0 ? n : -EINVAL;
	return ((struct nlmsgerr *)NLMSG_DATA(&answer.header))->error;
}

/* Same as: ip link set INDEX up [mtu MTU] */
static long link_up(int index, uint32_t mtu)
{
	struct ifinfomsg *link = begin(RTM_NEWLINK, NLM_F_ACK, sizeof(*link));

	link->ifi_index = index;
	link->ifi_flags = IFF_UP;
	link->ifi_change = IFF_UP;
	if (mtu)
		attribute(IFLA_MTU, &mtu, sizeof(mtu));
	return acknowledged();
}

static int has_address(struct nlmsghdr *m, const unsigned char *mac)
{
	struct ifinfomsg *link = NLMSG_DATA(m);
	struct rtattr *a = IFLA_RTA(link);
	int left = (int)IFLA_PAYLOAD(m);

	if (link->ifi_type != ARPHRD_ETHER)
		return 0;
	for (; RTA_OK(a, left); a = RTA_NEXT(a, left))
		if (a->rta_type == IFLA_ADDRESS && RTA_PAYLOAD(a) == 6)
			return same(RTA_DATA(a), mac, 6);
	return 0;
}

/* The index of the Ethernet interface with this address; 0 if there is none. */
static int find_link(const unsigned char *mac)
{
	int found = 0;

	((struct ifinfomsg *)begin(RTM_GETLINK, NLM_F_DUMP, sizeof(struct ifinfomsg)))->ifi_family = 0;
	if (sys6(__NR_sendto, route_socket, &request, request.header.nlmsg_len, 0, 0, 0) < 0)
		return 0;
	for (;;) {
		long n = sys6(__NR_recvfrom, route_socket, &answer, sizeof(answer), 0, 0, 0);
		struct nlmsghdr *m = &answer.header;

		if (n <= 0)
			return found;
		for (; NLMSG_OK(m, n); m = NLMSG_NEXT(m, n)) {
			if (m->nlmsg_type == NLMSG_DONE || m->nlmsg_type == NLMSG_ERROR)
				return found;
			if (m->nlmsg_type == RTM_NEWLINK && !found && has_address(m, mac))
				found = ((struct ifinfomsg *)NLMSG_DATA(m))->ifi_index;
		}
	}
}

/* Drivers probe in the background: waits for the interface, two seconds at most. */
static int wait_for_link(const unsigned char *mac)
{
	struct __kernel_timespec pause = { .tv_sec = 0, .tv_nsec = NIC_WAIT_NANOS };
	int index = find_link(mac);

	for (int i = 0; !index && i < NIC_WAIT_TRIES; i++) {
		sys2(__NR_nanosleep, &pause, 0);
		index = find_link(mac);
	}
	return index;
}

/*
 * Same as: ip address add IP/PREFIX dev INDEX [broadcast +] [nodad] noprefixroute
 * The pod's routes are all there is: some networks (CNI's ptp, so kind's too) have no route to the
 * subnet but by the gateway, because no neighbour answers ARP.
 */
static long add_address(int index, char *text)
{
	unsigned char ip[16], broadcast[4];
	uint32_t flags;
	int size = bytes_of(&text, ip, 16);
	struct ifaddrmsg *a = begin(RTM_NEWADDR, NLM_F_ACK | NLM_F_CREATE | NLM_F_EXCL, sizeof(*a));

	skip(&text, '/');
	a->ifa_family = size == 4 ? AF_INET : AF_INET6;
	a->ifa_prefixlen = (uint8_t)number(&text);
	flags = IFA_F_NOPREFIXROUTE | (size == 4 ? 0 : IFA_F_NODAD);
	a->ifa_index = (uint32_t)index;
	attribute(IFA_LOCAL, ip, (size_t)size);
	attribute(IFA_ADDRESS, ip, (size_t)size);
	attribute(IFA_FLAGS, &flags, sizeof(flags));
	if (size == 4 && a->ifa_prefixlen < 31) {
		uint32_t hosts = a->ifa_prefixlen ? 0xffffffffu >> a->ifa_prefixlen : 0xffffffffu;

		for (int i = 0; i < 4; i++)
			broadcast[i] = (unsigned char)(ip[i] | hosts >> (24 - 8 * i));
		attribute(IFA_BROADCAST, broadcast, 4);
	}
	return acknowledged();
}

/* Same as: ip route add IP/PREFIX [via GW [onlink]] dev INDEX [mtu MTU] [src SRC] */
static long add_route(int index, char *text)
{
	unsigned char to[16], via[16], from[16];
	struct {
		struct rtattr header;
		uint32_t value;
	} mtu = { .header = { .rta_len = RTA_LENGTH(sizeof(uint32_t)), .rta_type = RTAX_MTU } };
	int size = bytes_of(&text, to, 16), gateway;
	struct rtmsg *r = begin(RTM_NEWROUTE, NLM_F_ACK | NLM_F_CREATE | NLM_F_EXCL, sizeof(*r));

	skip(&text, '/');
	r->rtm_family = size == 4 ? AF_INET : AF_INET6;
	r->rtm_dst_len = (uint8_t)number(&text);
	skip(&text, ' ');
	gateway = bytes_of(&text, via, 16);
	skip(&text, '-');
	skip(&text, ' ');
	r->rtm_table = RT_TABLE_MAIN;
	r->rtm_protocol = RTPROT_STATIC;
	r->rtm_type = RTN_UNICAST;
	r->rtm_scope = gateway || size == 16 ? RT_SCOPE_UNIVERSE : RT_SCOPE_LINK;
	r->rtm_flags = number(&text) ? RTNH_F_ONLINK : 0;
	if (r->rtm_dst_len)
		attribute(RTA_DST, to, (size_t)size);
	if (gateway)
		attribute(RTA_GATEWAY, via, (size_t)gateway);
	attribute(RTA_OIF, &index, sizeof(index));
	skip(&text, ' ');
	mtu.value = (uint32_t)number(&text);
	if (mtu.value)
		attribute(RTA_METRICS, &mtu, sizeof(mtu));
	skip(&text, ' ');
	if (bytes_of(&text, from, 16) == size)
		attribute(RTA_PREFSRC, from, (size_t)size);
	return acknowledged();
}

/* Same as: ip neighbour replace IP lladdr MAC dev INDEX nud permanent */
static long add_neighbour(int index, char *text)
{
	unsigned char ip[16], mac[6];
	int size = bytes_of(&text, ip, 16);
	struct ndmsg *n = begin(RTM_NEWNEIGH, NLM_F_ACK | NLM_F_CREATE | NLM_F_REPLACE, sizeof(*n));

	skip(&text, ' ');
	bytes_of(&text, mac, 6);
	n->ndm_family = size == 4 ? AF_INET : AF_INET6;
	n->ndm_ifindex = index;
	n->ndm_state = NUD_PERMANENT;
	attribute(NDA_DST, ip, (size_t)size);
	attribute(NDA_LLADDR, mac, 6);
	return acknowledged();
}

static void for_each(const char *key, int index, long (*act)(int, char *))
{
	char *at = NULL, *value;

	while ((value = next_value(key, &at))) {
		long error = act(index, value);

		if (error < 0 && error != -EEXIST)
			fail(key, value, error);
	}
}

static void set_network(void)
{
	char *text = value_of("mac");
	unsigned char mac[6];
	uint32_t mtu = (uint32_t)number_of("mtu", 0);
	long error;
	int index;

	route_socket = sys3(__NR_socket, AF_NETLINK, SOCK_RAW_CLOEXEC, NETLINK_ROUTE);
	if (route_socket < 0) {
		if (text)
			fail("cannot configure the network", NULL, route_socket);
		return;
	}
	link_up(1, 0); /* lo, always index 1 of the first namespace */
	if (!text)
		return;
	bytes_of(&text, mac, 6);
	index = wait_for_link(mac);
	if (!index)
		fail("no interface with this address (is its driver in " MODULES "?)", value_of("mac"), 0);
	error = link_up(index, mtu);
	if (error && mtu) {
		say("cannot set the MTU", value_of("mtu"), error);
		error = link_up(index, 0);
	}
	if (error)
		fail("cannot set the interface up", NULL, error);
	for_each("address", index, add_address);
	for_each("route", index, add_route);
	for_each("neighbour", index, add_neighbour);
	sys1(__NR_close, route_socket);
}

/* ---- mounts ------------------------------------------------------------------------------- */

static char path[PATH_BYTES];

/* Same as: echo VALUE > FILE */
static long write_setting(const char *file, const char *value)
{
	long fd = open_file(file, O_WRONLY, 0), n;

	if (fd < 0)
		return fd;
	n = sys3(__NR_write, fd, value, length(value));
	sys1(__NR_close, fd);
	return n;
}

/*
 * Nobody asks on the link whether an address is somebody else's. The link-local one is made of the
 * pod interface's MAC, so the pod's own stack has it too: behind a bridge that sends a frame back
 * by the port it came from (hairpin mode of CNI's plugin) it would answer, and the guest lose it.
 * A kernel without IPv6 has no such files.
 */
static void trust_addresses(void)
{
	write_setting("/proc/sys/net/ipv6/conf/default/accept_dad", "0");
	write_setting("/proc/sys/net/ipv6/conf/eth0/accept_dad", "0");
}

/* Same as: echo VALUE > /proc/sys/NAME. What this kernel does not have is said and passed over. */
static void set_sysctl(char *value)
{
	static const char root[] = "/proc/sys/";
	char *name_end = path + sizeof(root) - 1;
	long n;

	memcpy(path, root, sizeof(root));
	while (*value && *value != ' ' && name_end < path + PATH_BYTES - 1)
		*name_end++ = *value++;
	*name_end = 0;
	skip(&value, ' ');
	n = write_setting(path, value);
	if (n < 0)
		say("cannot set", path, n);
}

static void set_sysctls(void)
{
	char *at = NULL, *value;

	while ((value = next_value("sysctl", &at)))
		set_sysctl(value);
}

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

/* Makes what is missing of the destination, as the low-level runtimes do, then binds. */
static void bind_one(char *value)
{
	char *source_end = path + sizeof(MOUNTS) - 1;
	int read_only;
	long fd, error;

	memcpy(path, MOUNTS, sizeof(MOUNTS));
	while (*value >= '0' && *value <= '9' && source_end < path + 60)
		*source_end++ = *value++;
	*source_end = 0;
	skip(&value, ' ');
	read_only = value[0] == 'r' && value[1] == 'o';
	value += 3;
	make_parents(value);
	if (is_directory(path)) {
		make_directory(value);
	} else if (!exists(value)) {
		fd = open_file(value, O_CREAT | O_WRONLY, 0644);
		if (fd >= 0)
			sys1(__NR_close, fd);
	}
	error = sys5(__NR_mount, path, value, 0, MS_BIND, 0);
	if (!error && read_only)
		error = sys5(__NR_mount, 0, value, 0, MS_REMOUNT | MS_BIND | MS_RDONLY, 0);
	if (error)
		fail("cannot mount", value, error);
}

static void bind_all(void)
{
	char *at = NULL, *value;

	while ((value = next_value("bind", &at)))
		bind_one(value);
}

/* ---- the program -------------------------------------------------------------------------- */

static size_t count(const char *key)
{
	char *at = NULL;
	size_t n = 0;

	while (next_value(key, &at))
		n++;
	return n;
}

/* A null-terminated vector of the values, in their order. */
static char **vector(const char *key)
{
	size_t size = (count(key) + 2) * sizeof(char *); /* one to spare, for HOME */
	long memory = sys6(__NR_mmap, 0, size, PROT_READ_WRITE, MAP_PRIVATE_ANONYMOUS, -1, 0);
	char **all = (char **)memory;
	char *at = NULL, *value;
	size_t n = 0;

	if (memory < 0 && memory > -4096)
		fail("cannot prepare the program", NULL, memory);
	while ((value = next_value(key, &at)))
		all[n++] = value;
	return all;
}

/* The sixth field of the passwd(5) line whose third field is this uid; "/" if there is none. */
static char *home_of(unsigned long uid)
{
	static char root[] = "/";
	size_t size;
	long error;
	char *p = read_whole("/etc/passwd", &size, &error);

	while (p && *p) {
		char *fields[7] = { p };
		int n = 1;

		for (; *p && *p != '\n'; p++)
			if (*p == ':' && n < 7) {
				*p = 0;
				fields[n++] = p + 1;
			}
		if (*p)
			*p++ = 0;
		if (n == 7 && *fields[2] && *fields[5] == '/') {
			char *id = fields[2];

			if (number(&id) == uid && !*id)
				return fields[5];
		}
	}
	return root;
}

/* As the low-level runtimes do: a program may count on HOME. */
static void add_home(char **envp)
{
	static char entry[PATH_BYTES];
	char *home;
	size_t size;

	for (; *envp; envp++)
		if (after(*envp, "HOME="))
			return;
	home = home_of(number_of("uid", 0));
	size = length(home) + 1;
	if (size <= sizeof(entry) - 5) {
		memcpy(entry, "HOME=", 5);
		memcpy(entry + 5, home, size);
		*envp = entry;
	}
}

static void enter_directory(void)
{
	static char root[] = "/";
	char *cwd = value_of("cwd");
	long error;

	if (!cwd || !*cwd)
		cwd = root;
	error = sys1(__NR_chdir, cwd);
	if (error == -ENOENT) {
		make_parents(cwd);
		make_directory(cwd);
		error = sys1(__NR_chdir, cwd);
	}
	if (error)
		fail("cannot enter the working directory", cwd, error);
}

static void become_user(void)
{
	static uint32_t groups[256];
	uint32_t uid = (uint32_t)number_of("uid", 0), gid = (uint32_t)number_of("gid", 0);
	char *at = NULL, *value;
	size_t n = 0;
	long error;

	while (n < sizeof(groups) / sizeof(*groups) && (value = next_value("group", &at)))
		groups[n++] = (uint32_t)number(&value);
	error = sys2(__NR_setgroups, n, groups);
	if (!error && gid)
		error = sys1(__NR_setgid, gid);
	if (!error && uid)
		error = sys1(__NR_setuid, uid);
	if (error)
		fail("cannot become the user", value_of("uid"), error);
}

/* execvp(3): ENOENT and ENOTDIR go on with the next directory, EACCES is remembered. */
static long execute(char **argv, char **envp)
{
	const char *dirs = DEFAULT_PATH;
	size_t name = length(argv[0]);
	long error = -ENOENT, last;

	for (char *p = argv[0]; *p; p++)
		if (*p == '/')
			return sys3(__NR_execve, argv[0], argv, envp);
	for (char **e = envp; *e; e++)
		if (after(*e, "PATH="))
			dirs = *e + 5;
	while (name) {
		size_t n = 0;

		while (dirs[n] && dirs[n] != ':')
			n++;
		if (n + name + 2 <= sizeof(path)) {
			memcpy(path, dirs, n);
			path[n] = '/';
			memcpy(path + n + (n > 0), argv[0], name + 1);
			last = sys3(__NR_execve, path, argv, envp);
			if (last != -ENOENT && last != -ENOTDIR && last != -EACCES)
				return last;
			if (last == -EACCES)
				error = last;
		}
		if (!dirs[n])
			break;
		dirs += n + 1;
	}
	return error;
}

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

void run(void)
{
	char **argv, **envp, *hostname;
	long error;

	if (!exists("/dev/console"))
		mount_at("devtmpfs", "/dev", MS_NOSUID, "mode=0755");
	if (sys2(__NR_fcntl, 0, F_GETFD) < 0 || sys2(__NR_fcntl, 2, F_GETFD) < 0)
		open_stdio("/dev/console");
	read_conf();
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
	set_sysctls();
	add_lines();
	bind_all();
	argv = vector("arg");
	envp = vector("env");
	if (!argv[0])
		fail("there is no program to execute", NULL, 0);
	add_home(envp);
	enter_directory();
	supervise();
	set_terminal();
	become_user();
	error = execute(argv, envp);
	say("cannot execute", argv[0], error);
	end(STATUS_EXEC);
}
