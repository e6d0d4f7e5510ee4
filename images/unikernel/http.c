#include "http.h"

#include "machine.h"
#include "text.h"

enum {
  CONNECTIONS = 32,
  SEGMENT = 1400,
  HEADER = 20,
  REQUEST_SIZE = 2048,
  ANSWER_SIZE = 8192,
  FIN = 1,
  SYN = 2,
  RST = 4,
  PUSH = 8,
  ACK = 16,
  RETRY = TICKS_A_SECOND / 4,
  MOST_RETRIES = 8,
  IDLE = 30 * TICKS_A_SECOND,
};

struct connection {
  bool used, answered, other_is_done;
  struct datagram other; /* without its bytes */
  uint16_t port;
  uint32_t first;        /* our initial sequence number: the answer begins behind it */
  uint32_t acknowledged; /* of ours, counted from `first` */
  uint32_t sent;         /* likewise */
  uint32_t expected;     /* the next of theirs */
  uint32_t window;
  uint32_t moved; /* the tick of the last progress or attempt */
  uint32_t retries;
  size_t request_size, answer_size;
  char request[REQUEST_SIZE + 1];
  char answer[ANSWER_SIZE];
  int ends;
};

uint16_t http_port = 80;

static struct connection connections[CONNECTIONS];
static uint32_t answers;
static int ending = -1;

static void send_segment(const struct datagram *to, uint16_t port, uint32_t number, uint32_t expected, uint8_t flags,
                         const char *bytes, size_t size) {
  static uint8_t segment[HEADER + 4 + SEGMENT];
  size_t header = flags & SYN ? HEADER + 4 : HEADER;
  memset(segment, 0, header);
  net_put16(segment, http_port);
  net_put16(segment + 2, port);
  net_put32(segment + 4, number);
  net_put32(segment + 8, expected);
  segment[12] = (uint8_t)(header / 4 << 4);
  segment[13] = flags;
  net_put16(segment + 14, REQUEST_SIZE);
  if (flags & SYN) net_put32(segment + HEADER, 0x02040000 | SEGMENT); /* maximum segment size */
  memcpy(segment + header, bytes, size);
  uint32_t sum = net_pseudo_sum(to->from, TCP, header + size);
  net_put16(segment + 16, net_checksum(net_sum(sum, segment, header + size)));
  net_send(to, TCP, segment, header + size);
}

/* Where the sequence of a connection ends: our SYN, the answer, our FIN. */
static uint32_t last(const struct connection *c) { return c->answered ? 1 + (uint32_t)c->answer_size + 1 : 1; }

/* Sends what the other side's window lets through from a place on. */
static void send_from(struct connection *c, uint32_t from) {
  c->moved = ticks;
  if (from == 0) {
    send_segment(&c->other, c->port, c->first, c->expected, SYN | ACK, 0, 0);
    c->sent = 1;
    return;
  }
  uint32_t end = last(c);
  while (from < end && from < c->acknowledged + c->window) {
    uint32_t at = from - 1;
    size_t size = c->answer_size - at < SEGMENT ? c->answer_size - at : SEGMENT;
    bool final = at + size == c->answer_size;
    send_segment(&c->other, c->port, c->first + from, c->expected, ACK | PUSH | (final ? FIN : 0), c->answer + at, size);
    from += (uint32_t)size + final;
  }
  if (from > c->sent) c->sent = from;
}

static void page(struct text *to) {
  text_add(to, "urunj test unikernel\ncommand line: ");
  text_add(to, command_line);
  text_add(to, "\naddress: ");
  text_add_address(to, own_address.own);
  text_add(to, "/");
  text_add_number(to, own_address.prefix);
  text_add(to, "\ngateway: ");
  text_add_address(to, own_address.gateway);
  text_add(to, "\nmac: ");
  for (int i = 0; i < MAC_SIZE; i++) {
    if (i) text_add(to, ":");
    text_add_hex(to, own_mac[i]);
  }
  text_add(to, "\nboot: ");
  text_add(to, boot_protocol);
  text_add(to, "\nnetwork: ");
  text_add(to, virtio_transport());
  text_add(to, "\nanswers: ");
  text_add_number(to, ++answers);
  text_add(to, "\n");
}

/* `GET /` shows the guest; `GET /exit/N` ends it with a status. */
static void answer(struct connection *c) {
  static char body[ANSWER_SIZE - 256];
  struct text text = {body, sizeof body};
  struct text whole = {c->answer, sizeof c->answer};
  const char *path = c->request + 4;
  bool is_get = !memcmp(c->request, "GET ", 4);
  const char *status = "200 OK";
  c->ends = -1;
  body[0] = 0;
  if (is_get && !memcmp(path, "/ ", 2)) {
    page(&text);
  } else if (is_get && !memcmp(path, "/exit/", 6)) {
    path += 6;
    c->ends = (int)(text_number(&path) & 0xff);
    text_add(&text, "the guest ends\n");
  } else {
    status = is_get ? "404 Not Found" : "501 Not Implemented";
  }
  text_add(&whole, "HTTP/1.0 ");
  text_add(&whole, status);
  text_add(&whole, "\r\nContent-Type: text/plain\r\nContent-Length: ");
  text_add_number(&whole, (uint32_t)strlen(body));
  text_add(&whole, "\r\nConnection: close\r\n\r\n");
  text_add(&whole, body);
  c->answer_size = strlen(c->answer);
  c->answered = true;
}

static struct connection *find(const struct datagram *in, uint16_t port) {
  for (int i = 0; i < CONNECTIONS; i++) {
    struct connection *c = &connections[i];
    if (c->used && c->port == port && c->other.from == in->from) return c;
  }
  return 0;
}

/* A free place, or the one where nothing has moved for longest. */
static struct connection *place(void) {
  struct connection *oldest = &connections[0];
  for (int i = 0; i < CONNECTIONS; i++) {
    struct connection *c = &connections[i];
    if (!c->used) return c;
    if (ticks - c->moved > ticks - oldest->moved) oldest = c;
  }
  return oldest;
}

static void open(const struct datagram *in, uint16_t port, uint32_t number, uint32_t window) {
  static uint32_t seed = 0x2545f491;
  struct connection *c = place();
  c->used = true;
  c->answered = c->other_is_done = false;
  c->other = *in;
  c->port = port;
  c->first = (seed = seed * 1664525 + 1013904223 + ticks);
  c->acknowledged = c->sent = 0;
  c->expected = number + 1;
  c->window = window;
  c->retries = 0;
  c->request_size = 0;
  c->ends = -1;
  send_from(c, 0);
}

/* What of a segment is new and in order goes to the request; the rest of it is sent again by the other side. */
static void take_bytes(struct connection *c, uint32_t number, const uint8_t *bytes, size_t size, bool fin) {
  uint32_t known = c->expected - number;
  if (known > size) return;
  bytes += known;
  size -= known;
  size_t room = REQUEST_SIZE - c->request_size;
  size_t taken = size < room ? size : room;
  if (!c->answered) {
    memcpy(c->request + c->request_size, bytes, taken);
    c->request_size += taken;
    c->request[c->request_size] = 0;
  } else {
    taken = size; /* more than a request is not read */
  }
  c->expected += (uint32_t)taken;
  if (fin && taken == size && !c->other_is_done) {
    c->expected++;
    c->other_is_done = true;
  }
  bool complete = text_find(c->request, "\r\n\r\n") || text_find(c->request, "\n\n");
  if (!c->answered && (complete || c->request_size == REQUEST_SIZE)) answer(c);
}

static void acknowledge(struct connection *c, uint32_t up_to, uint32_t window) {
  uint32_t count = up_to - c->first;
  c->window = window;
  if (count > c->acknowledged && count <= c->sent) {
    c->acknowledged = count;
    c->retries = 0;
    c->moved = ticks;
  }
  if (c->answered && c->acknowledged == last(c)) {
    if (c->ends >= 0) ending = c->ends;
    if (c->other_is_done) c->used = false;
  }
}

void http_take(const struct datagram *in) {
  if (in->size < HEADER) return;
  size_t header = (size_t)(in->bytes[12] >> 4) * 4;
  if (header < HEADER || header > in->size) return;
  if (net_checksum(net_sum(net_pseudo_sum(in->from, TCP, in->size), in->bytes, in->size))) return;
  uint16_t port = net16(in->bytes);
  uint32_t number = net32(in->bytes + 4), up_to = net32(in->bytes + 8), window = net16(in->bytes + 14);
  uint8_t flags = in->bytes[13];
  size_t size = in->size - header;
  struct connection *c = net16(in->bytes + 2) == http_port ? find(in, port) : 0;
  if (flags & RST) {
    if (c && number == c->expected) c->used = false;
    return;
  }
  if (flags & SYN && net16(in->bytes + 2) == http_port) {
    if (c) c->used = false;
    open(in, port, number, window);
    return;
  }
  if (!c) {
    uint32_t end = number + (uint32_t)size + !!(flags & FIN) + !!(flags & SYN);
    struct datagram other = *in;
    static uint8_t reset[HEADER];
    memset(reset, 0, sizeof reset);
    memcpy(reset, in->bytes + 2, 2);
    memcpy(reset + 2, in->bytes, 2);
    net_put32(reset + 4, flags & ACK ? up_to : 0);
    net_put32(reset + 8, end);
    reset[12] = HEADER / 4 << 4;
    reset[13] = RST | ACK;
    net_put16(reset + 16, net_checksum(net_sum(net_pseudo_sum(other.from, TCP, HEADER), reset, HEADER)));
    net_send(&other, TCP, reset, HEADER);
    return;
  }
  uint32_t before = c->expected;
  take_bytes(c, number, in->bytes + header, size, flags & FIN);
  if (flags & ACK) acknowledge(c, up_to, window);
  if (!c->used) {
    send_segment(in, port, c->first + c->sent, c->expected, ACK, 0, 0);
    return;
  }
  uint32_t sent = c->sent;
  if (c->acknowledged && c->sent < last(c)) send_from(c, c->sent);
  bool said = c->sent != sent;
  if (!said && (c->expected != before || size || flags & FIN)) {
    send_segment(&c->other, port, c->first + c->sent, c->expected, ACK, 0, 0);
  }
}

void http_tick(void) {
  for (int i = 0; i < CONNECTIONS; i++) {
    struct connection *c = &connections[i];
    uint32_t still = ticks - c->moved;
    if (!c->used) continue;
    if (still > IDLE || c->retries > MOST_RETRIES) {
      c->used = false;
    } else if (c->acknowledged < c->sent && still > (uint32_t)RETRY << (c->retries < 4 ? c->retries : 4)) {
      c->retries++;
      send_from(c, c->acknowledged);
    }
  }
}

int http_end(void) { return ending; }
