/*
 * Where the first fragment of a packet went, the others go too.
 */
#ifndef POD_FABRIC_FRAGMENTS_H
#define POD_FABRIC_FRAGMENTS_H

#include "maps.h"

INLINE void describe_fragments(struct fragments_key *key, const struct packet *p)
{
	copy_address(key->source, p->ends.source);
	copy_address(key->dest, p->ends.dest);
	key->id = p->id;
	key->protocol = p->protocol;
}

INLINE void remember_fragments(const struct packet *p, __u32 where)
{
	struct fragments_key key = {};

	if (!p->first)
		return;
	describe_fragments(&key, p);
	map_update(&fragments, &key, &where, BPF_ANY);
}

/* Where the first fragment went, or NULL where it was not seen. */
INLINE const __u32 *where_first_went(const struct packet *p)
{
	struct fragments_key key = {};

	describe_fragments(&key, p);
	return map_lookup(&fragments, &key);
}

#endif
