package dev.urunj.linux.namespace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.urunj.linux.errno.Errno;
import dev.urunj.linux.errno.ErrnoException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SysctlTest {
  @Test
  void valueIsReadWithoutItsLineBreak() throws Exception {
    assertThat(Sysctl.read("kernel/ostype")).isEqualTo("Linux");
  }

  @Test
  void settingThatDoesNotExistIsNotFound() {
    assertThatThrownBy(() -> Sysctl.read("net/ipv4/no_such_setting"))
        .isInstanceOfSatisfying(
            ErrnoException.class, e -> assertThat(e.errno()).isEqualTo(Errno.ENOENT));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "/etc/passwd", "net/../../etc/passwd", "net//ipv4", "net/.", "a\0b"})
  void nameThatLeadsElsewhereIsRefused(String name) {
    assertThatThrownBy(() -> Sysctl.write(name, "1"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("setting \"");
  }
}
