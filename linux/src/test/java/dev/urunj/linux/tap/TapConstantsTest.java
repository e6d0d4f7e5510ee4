package dev.urunj.linux.tap;

import static org.assertj.core.api.Assertions.assertThat;

import dev.urunj.linux.testnet.CConstants;
import dev.urunj.testkit.Needs;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Needs(programs = "gcc", files = "/usr/include/linux/if_tun.h")
class TapConstantsTest {
  @Test
  void constantsAreThoseOfTheHeaders(@TempDir Path directory) throws Exception {
    CConstants constants =
        new CConstants(
            List.of("sys/ioctl.h", "sys/socket.h", "linux/if.h", "linux/if_tun.h"),
            Map.of("IFREQ_SIZE", "sizeof(struct ifreq)"));
    constants.addAllOf(Tap.class);
    constants.addAllOf(TapSpec.class);
    assertThat(constants.ofTheHeaders(directory)).isEqualTo(constants.ofTheCode());
  }
}
