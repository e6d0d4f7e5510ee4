/*
 * The maps of pod-fabric.h as the kernel gets them, what the programs work on, and what they count.
 */
#ifndef POD_FABRIC_MAPS_H
#define POD_FABRIC_MAPS_H

#include "../pod-fabric.h"
#include "packet.h"
#include "too-big.h"
#include <linux/pkt_cls.h>

/* Not ours, or for the pod's stack: filters of others behind this one see it too. */
#define PASS TC_ACT_UNSPEC

struct bpf_map_def SEC("maps") settings = {
    .type = BPF_MAP_TYPE_ARRAY,
    .key_size = 4,
    .value_size = sizeof(struct settings),
    .max_entries = 1,
};

struct bpf_map_def SEC("maps") guests = {
    .type = BPF_MAP_TYPE_ARRAY,
    .key_size = 4,
    .value_size = sizeof(struct guest),
    .max_entries = GUESTS,
};

struct bpf_map_def SEC("maps") taps = {
    .type = BPF_MAP_TYPE_HASH,
    .key_size = 4,
    .value_size = 4,
    .max_entries = GUESTS,
};

struct bpf_map_def SEC("maps") addresses = {
    .type = BPF_MAP_TYPE_HASH,
    .key_size = 16,
    .value_size = 4,
    .max_entries = ADDRESSES,
    .map_flags = BPF_F_NO_PREALLOC,
};

struct bpf_map_def SEC("maps") ports = {
    .type = BPF_MAP_TYPE_HASH,
    .key_size = sizeof(struct port),
    .value_size = 4,
    .max_entries = 1024,
    .map_flags = BPF_F_NO_PREALLOC,
};

struct bpf_map_def SEC("maps") flows = {
    .type = BPF_MAP_TYPE_LRU_HASH,
    .key_size = sizeof(struct flow),
    .value_size = 4,
    .max_entries = 4096,
};

struct bpf_map_def SEC("maps") fragments = {
    .type = BPF_MAP_TYPE_LRU_HASH,
    .key_size = sizeof(struct fragments_key),
    .value_size = 4,
    .max_entries = 1024,
};

struct bpf_map_def SEC("maps") counters = {
    .type = BPF_MAP_TYPE_PERCPU_ARRAY,
    .key_size = 4,
    .value_size = sizeof(struct traffic),
    .max_entries = COUNTERS,
};

/* Where a packet goes: a guest's slot, TO_POD or one of these. */
#define TO_LO 0xfffffffe
#define TO_NOBODY 0xfffffffd
#define TO_BOTH 0xfffffffc
#define TO_BOTH_QUIETLY 0xfffffffb

struct passage {
	__u32 where;
	__u32 counter;
};

/*
 * What the program works on, instead of variables on its stack: of what it reads from a map the
 * verifier knows nothing, so the paths through the parser are one path to it afterwards. That makes
 * loading several times faster. Nothing else runs on the processor in between: soft interrupts are
 * off while a classifier runs, and none of ours is called from within another.
 */
struct work {
	struct packet packet;
	struct ends to;
	struct passage passage;
	struct too_big4 too_big4;
	struct too_big6 too_big6;
};

struct bpf_map_def SEC("maps") work = {
    .type = BPF_MAP_TYPE_PERCPU_ARRAY,
    .key_size = 4,
    .value_size = sizeof(struct work),
    .max_entries = 1,
};

INLINE void count(struct __sk_buff *skb, __u32 counter)
{
	struct traffic *traffic = map_lookup(&counters, &counter);

	if (!traffic)
		return;
	traffic->packets++;
	traffic->bytes += skb->len;
}

INLINE int counted(struct __sk_buff *skb, __u32 counter, int action)
{
	count(skb, counter);
	return action;
}

INLINE struct passage via(__u32 where, __u32 counter)
{
	struct passage passage = {.where = where, .counter = counter};

	return passage;
}

/* The same passage, of which the verifier does not know any more how it was found. */
INLINE struct passage forgotten(volatile struct passage *forgotten, struct passage passage)
{
	forgotten->where = passage.where;
	forgotten->counter = passage.counter;
	passage.where = forgotten->where;
	passage.counter = forgotten->counter;
	return passage;
}

INLINE const struct settings *current_settings(void)
{
	__u32 zero = 0;

	return map_lookup(&settings, &zero);
}

INLINE struct work *fresh_work(void)
{
	__u32 zero = 0;
	struct work *fresh = map_lookup(&work, &zero);

	if (fresh)
		__builtin_memset(&fresh->packet, 0, sizeof(fresh->packet));
	return fresh;
}

#endif
