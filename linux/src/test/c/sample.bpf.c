// SPDX-License-Identifier: GPL-2.0
/* Three programs that touch what the loader must get right: maps, several of them, helpers, a changed packet. */
#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/pkt_cls.h>

#define SEC(name) __attribute__((section(name), used))

struct bpf_map_def {
    __u32 type;
    __u32 key_size;
    __u32 value_size;
    __u32 max_entries;
    __u32 map_flags;
};

static void *(*bpf_map_lookup_elem)(void *map, const void *key) = (void *)BPF_FUNC_map_lookup_elem;
static long (*bpf_skb_store_bytes)(struct __sk_buff *skb, __u32 offset, const void *from, __u32 length,
                                   __u64 flags) = (void *)BPF_FUNC_skb_store_bytes;
static long (*bpf_redirect)(__u32 ifindex, __u64 flags) = (void *)BPF_FUNC_redirect;

struct bpf_map_def SEC("maps") settings = {
    .type = BPF_MAP_TYPE_ARRAY, .key_size = 4, .value_size = 8, .max_entries = 2};
struct bpf_map_def SEC("maps") counters = {
    .type = BPF_MAP_TYPE_PERCPU_ARRAY, .key_size = 4, .value_size = 8, .max_entries = 4};
struct bpf_map_def SEC("maps") ports = {
    .type = BPF_MAP_TYPE_HASH, .key_size = 2, .value_size = 4, .max_entries = 8};

static inline __attribute__((always_inline)) void count(__u32 path)
{
    __u64 *counter = bpf_map_lookup_elem(&counters, &path);
    if (counter)
        *counter += 1;
}

/* Marks frames with what settings[0] says and passes them. */
SEC("tc/from_net") int from_net(struct __sk_buff *skb)
{
    __u32 first = 0;
    __u64 *mark = bpf_map_lookup_elem(&settings, &first);
    if (mark)
        skb->mark = *mark;
    count(0);
    return TC_ACT_OK;
}

/* Moves frames to the link that settings[1] names, with destination 02:00:00:00:00:07. */
SEC("tc/from_guest") int from_guest(struct __sk_buff *skb)
{
    __u32 second = 1;
    __u8 mac[ETH_ALEN] = {2, 0, 0, 0, 0, 7};
    __u64 *link = bpf_map_lookup_elem(&settings, &second);
    count(1);
    if (!link || bpf_skb_store_bytes(skb, 0, mac, ETH_ALEN, 0))
        return TC_ACT_SHOT;
    return bpf_redirect(*link, 0);
}

/* Passes frames whose ethernet type is listed, drops the others. */
SEC("tc/from_lo") int from_lo(struct __sk_buff *skb)
{
    __u16 type = skb->protocol;
    count(2);
    return bpf_map_lookup_elem(&ports, &type) ? TC_ACT_OK : TC_ACT_SHOT;
}

char _license[] SEC("license") = "GPL";
