package dev.urunj.runtime.guest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class GuestConfTest {
  private final GuestConf conf;

  GuestConfTest() throws Exception {
    conf = new GuestConf();
  }

  @Test
  void everythingThatConfinesIsARecord() throws Exception {
    conf.add(
        new Confinement(
            List.of(new Confinement.Rlimit(15, 1000, -1)),
            new Confinement.Capabilities(-1, 2, 3, 4, 5),
            077,
            true,
            true));
    assertThat(text())
        .isEqualTo(
            "urunj=1\0read-only=1\0rlimit=15 1000 18446744073709551615\0umask=63\0"
                + "capabilities=18446744073709551615 2 3 4 5\0no-new-privileges=1\0end=\0");
  }

  @Test
  void whatConfinesNothingIsNoRecord() throws Exception {
    conf.add(Confinement.NONE);
    assertThat(text()).isEqualTo("urunj=1\0end=\0");
  }

  @Test
  void mountsCarryTheirFlags() throws Exception {
    conf.add(new BindMount(Path.of("/a"), "/b c", 1 + 8), 3);
    conf.add(new TmpfsMount("/t", new MountOptions(6, "size=1m", true)));
    conf.add(new TmpfsMount("/u", new MountOptions(0, "", false)));
    assertThat(text())
        .isEqualTo("urunj=1\0bind=3 ro,8 /b c\0tmpfs=6 1 size=1m /t\0tmpfs=0 0 - /u\0end=\0");
  }

  private String text() throws Exception {
    return new String(conf.end(), UTF_8);
  }
}
