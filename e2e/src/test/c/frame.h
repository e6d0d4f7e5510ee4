/* Frames of the type PROBE, the longest ones that a link carries, and what it offloads; part of wire.c. */
#ifndef FRAME_H
#define FRAME_H

static int packet_socket(const char *link) {
  struct sockaddr_ll at = {.sll_family = AF_PACKET, .sll_protocol = htons(ETH_P_ALL)};
  int one = 1;
  int room = 64 << 20;
  int fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);
  at.sll_ifindex = (int)if_nametoindex(link);
  if (fd < 0 || at.sll_ifindex == 0) die(link);
  setsockopt(fd, SOL_PACKET, PACKET_AUXDATA, &one, sizeof one);
  setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &room, sizeof room);
  if (bind(fd, (struct sockaddr *)&at, sizeof at) != 0) die("bind");
  return fd;
}

/* The frame's length, of which at most `room` bytes are read; 0 where nothing came in a second.
 * The kernel keeps a tag beside the frame: *vlan is its id, 0 without one. */
static ssize_t receive_frame(int fd, uint8_t *frame, size_t room, int *outgoing, int *vlan) {
  struct pollfd ready = {.fd = fd, .events = POLLIN};
  struct sockaddr_ll from;
  char control[CMSG_SPACE(sizeof(struct tpacket_auxdata))];
  struct iovec data = {.iov_base = frame, .iov_len = room};
  struct msghdr message = {.msg_name = &from, .msg_namelen = sizeof from, .msg_iov = &data,
                           .msg_iovlen = 1, .msg_control = control,
                           .msg_controllen = sizeof control};
  if (poll(&ready, 1, 1000) <= 0) return 0;
  ssize_t length = recvmsg(fd, &message, MSG_TRUNC);
  if (length < 0) die("recvmsg");
  *outgoing = from.sll_pkttype == PACKET_OUTGOING;
  *vlan = 0;
  struct cmsghdr *extra = CMSG_FIRSTHDR(&message);
  if (extra != NULL && extra->cmsg_type == PACKET_AUXDATA) {
    struct tpacket_auxdata tag;
    memcpy(&tag, CMSG_DATA(extra), sizeof tag);
    if (tag.tp_status & TP_STATUS_VLAN_VALID) *vlan = tag.tp_vlan_tci & 0xfff;
  }
  return length;
}

/* After the type: whether it asks to be sent back. */
static void send_probe(int fd, const uint8_t *to, const uint8_t *from, int vlan, uint8_t asks) {
  uint8_t frame[ETH_ZLEN] = {0};
  uint16_t words[3] = {htons(ETH_P_8021Q), htons((uint16_t)vlan), htons(PROBE)};
  memcpy(frame, to, 6);
  memcpy(frame + 6, from, 6);
  size_t tag = vlan == 0 ? 0 : 4;
  memcpy(frame + 12, words + (vlan == 0 ? 2 : 0), tag + 2);
  frame[14 + tag] = asks;
  if (send(fd, frame, sizeof frame, 0) != sizeof frame) die("send frame");
}

static int is_probe(const uint8_t *frame, ssize_t length, uint8_t asks) {
  return length > 14 && frame[12] == PROBE >> 8 && frame[13] == (PROBE & 0xff) && frame[14] == asks;
}

static void *echo_frames(void *link) {
  int fd = packet_socket(link);
  uint8_t frame[64];
  int outgoing, vlan;
  for (;;) {
    ssize_t length = receive_frame(fd, frame, sizeof frame, &outgoing, &vlan);
    if (is_probe(frame, length, 1) && !outgoing) send_probe(fd, frame + 6, frame, vlan, 0);
  }
  return NULL;
}

static int probe(char **words) {
  int fd = packet_socket(words[0]);
  int vlan = atoi(words[2]);
  struct ifreq own = {0};
  uint8_t mac[6];
  uint8_t frame[64];
  int outgoing, back;
  strncpy(own.ifr_name, words[0], IFNAMSIZ - 1);
  if (ioctl(fd, SIOCGIFHWADDR, &own) != 0) die("SIOCGIFHWADDR");
  sscanf(words[1], "%hhx:%hhx:%hhx:%hhx:%hhx:%hhx", mac, mac + 1, mac + 2, mac + 3, mac + 4, mac + 5);
  for (int try = 0; try < 4; try++) {
    send_probe(fd, mac, (uint8_t *)own.ifr_hwaddr.sa_data, vlan, 1);
    for (ssize_t length = 1; length > 0;) {
      length = receive_frame(fd, frame, sizeof frame, &outgoing, &back);
      if (is_probe(frame, length, 0) && !outgoing && back == vlan) {
        printf("back with the tag %d\n", back);
        return 0;
      }
    }
  }
  puts("no frame came back");
  return 1;
}

struct watched {
  int fd;
  volatile int over;
  ssize_t in, out;
};

static void *see(void *argument) {
  struct watched *watched = argument;
  uint8_t head[14];
  int outgoing, vlan;
  for (;;) {
    ssize_t length = receive_frame(watched->fd, head, sizeof head, &outgoing, &vlan);
    if (length == 0 && watched->over) return NULL;
    ssize_t *longest = outgoing ? &watched->out : &watched->in;
    if (length > *longest) *longest = length;
  }
}

static int watch(int count, char **words) {
  struct watched watched = {.fd = packet_socket(words[0])};
  pthread_t thread;
  if (pthread_create(&thread, NULL, see, &watched) != 0) die("pthread_create");
  int status = wire(count - 1, words + 1);
  watched.over = 1;
  pthread_join(thread, NULL);
  printf("longest received %zd sent %zd\n", watched.in, watched.out);
  return status;
}

static int offload(char **words) {
  static const uint32_t settings[] = {ETHTOOL_SRXCSUM, ETHTOOL_STXCSUM, ETHTOOL_STSO, ETHTOOL_SGSO,
                                      ETHTOOL_SGRO};
  int fd = socket(AF_INET, SOCK_DGRAM, 0);
  for (size_t i = 0; i < sizeof settings / sizeof *settings; i++) {
    struct ethtool_value value = {.cmd = settings[i], .data = strcmp(words[1], "on") == 0};
    struct ifreq request = {.ifr_data = (char *)&value};
    strncpy(request.ifr_name, words[0], IFNAMSIZ - 1);
    if (ioctl(fd, SIOCETHTOOL, &request) != 0 && errno != EOPNOTSUPP) die(words[0]);
    value.cmd = settings[i] - 1; /* each has its question before it */
    if (ioctl(fd, SIOCETHTOOL, &request) == 0) printf("%s%u", i == 0 ? "offload " : "", value.data);
  }
  puts("");
  return 0;
}

#endif
