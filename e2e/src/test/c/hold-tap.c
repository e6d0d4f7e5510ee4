/* Holds a TAP open until it is killed: hold-tap NAME. Says "held" once the link is up. */
#include <fcntl.h>
#include <linux/if.h>
#include <linux/if_tun.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

int main(int argc, char **argv) {
  struct ifreq request = {0};
  int tun = open("/dev/net/tun", O_RDWR);
  int socket_fd = socket(AF_INET, SOCK_DGRAM, 0);
  if (argc != 2 || strlen(argv[1]) >= IFNAMSIZ) return 2;
  strcpy(request.ifr_name, argv[1]);
  request.ifr_flags = IFF_TAP | IFF_NO_PI;
  if (ioctl(tun, TUNSETIFF, &request) != 0) {
    perror("TUNSETIFF");
    return 1;
  }
  request.ifr_flags = IFF_UP;
  if (ioctl(socket_fd, SIOCSIFFLAGS, &request) != 0) {
    perror("SIOCSIFFLAGS");
    return 1;
  }
  puts("held");
  fflush(stdout);
  pause();
  return 0;
}
