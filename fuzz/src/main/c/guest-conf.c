/*
 * The parser of the guest's init, as the guest has it, for the fuzzer: reads lists of records and answers
 * what it makes of them. No request is sent: there is no socket.
 *
 * A list is its length (32 bits) and its bytes. An answer is its length and pieces, each with its length: a
 * first one "0" for a list that is refused, else "1"; then the values of arg and env, and a request of
 * rtnetlink for each address, rule, route and neighbour. The list ends before a page that cannot be
 * read: a read behind it ends this program.
 */
#include "../../../../runtime/src/main/c/guest-init/network.h"

#define LARGEST 4194304
#define PAGE 4096

static char out[LARGEST];
static size_t used;
static char *area;

static void piece(const void *bytes, size_t size)
{
	uint32_t n = (uint32_t)size;

	if (used + 4 + size > sizeof(out))
		sys1(__NR_exit_group, 2);
	memcpy(out + used, &n, 4);
	memcpy(out + used + 4, bytes, size);
	used += 4 + size;
}

static int read_all(char *to, size_t size)
{
	while (size) {
		long n = sys3(__NR_read, 0, to, size);

		if (n <= 0)
			return 0;
		to += n;
		size -= (size_t)n;
	}
	return 1;
}

static void values(const char *key)
{
	char *at = NULL, *value;

	while ((value = next_value(key, &at)))
		piece(value, length(value));
}

static void requests(const char *key, long (*act)(int, char *))
{
	char *at = NULL, *value;

	while ((value = next_value(key, &at))) {
		act(7, value);
		piece(&request, request.header.nlmsg_len);
	}
}

static void answer_to(size_t size)
{
	char *text = area + LARGEST - size - 1;

	text[size] = 0;
	used = 4;
	if (!take_conf(text, size)) {
		piece("0", 1);
		return;
	}
	piece("1", 1);
	values("arg");
	values("env");
	requests("address", add_address);
	requests("rule", add_rule);
	requests("route", add_route);
	requests("neighbour", add_neighbour);
	values("arg"); /* once more: nothing that was read has changed them */
	if (value_of("mac")) {
		unsigned char mac[6];

		pod_mac(mac);
	}
	if (value_of("arg"))
		place_now(value_of("arg"));
}

void run(void)
{
	uint32_t size, answered;

	area = (char *)sys6(__NR_mmap, 0, LARGEST + PAGE, PROT_READ_WRITE, MAP_PRIVATE_ANONYMOUS, -1, 0);
	sys3(__NR_mprotect, area + LARGEST, PAGE, 0);
	while (read_all((char *)&size, 4) && size < LARGEST && read_all(area + LARGEST - size - 1, size)) {
		answer_to(size);
		answered = (uint32_t)(used - 4);
		memcpy(out, &answered, 4);
		for (size_t done = 0; done < used;) {
			long n = sys3(__NR_write, 1, out + done, used - done);

			if (n <= 0)
				sys1(__NR_exit_group, 1);
			done += (size_t)n;
		}
	}
	for (;;)
		sys1(__NR_exit_group, 0);
}
