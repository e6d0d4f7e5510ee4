package dev.urunj.runtime.guest;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class MountOptionsTest {
  @Test
  void lastWordWinsAndRecursiveOnesAreAsTheOthers() {
    assertThat(flags("ro", "rw")).isZero();
    assertThat(flags("rw", "rro", "rbind", "rprivate")).isEqualTo(MountOptions.READ_ONLY);
    assertThat(flags("ro", "rrw")).isZero();
    assertThat(flags("nosuid", "nodev", "noexec", "exec")).isEqualTo(2 + 4);
    assertThat(flags("relatime", "rnosuid", "r")).isEqualTo((1 << 21) + 2);
  }

  @Test
  void whatIsLeftIsTheFileSystems() {
    MountOptions options =
        MountOptions.of(
            List.of("size=1m", "U", "mode=1777", "tmpcopyup", "context=\"a:b\"", "uid=7", "slave"));
    assertThat(options.data()).isEqualTo("size=1m,mode=1777,uid=7");
    assertThat(options.copyUp()).isTrue();
    assertThat(options.flags()).isZero();
  }

  private static long flags(String... options) {
    return MountOptions.of(List.of(options)).flags();
  }
}
