package dev.urunj.fuzz;

import static org.assertj.core.api.Assertions.assertThatCode;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Inputs at the largest size that is read, of the shapes that cost most: deep, wide, long,
/// doubled. They have the product's heap, and seconds. A fuzzer's own inputs stay small.
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class HugeInputTest {
  private static final int MIB = 1 << 20;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "config-json | 4 | {\"a\": | [] | , | 0}",
        "config-json | 4 | {\"a\":[ | [] | , | 0]}",
        "config-json | 4 | {\"a\":[ | {} | , | 0]}",
        "config-json | 4 | {\"a\":[ | 0 | , | 0]}",
        "config-json | 4 | {\"linux\":{\"namespaces\":[ | {\"type\":\"#\"} | , | {}]}}",
        "config-json | 4 | {\"annotations\":{ | \"#\":\"\" | , | \"x\":\"\"}}",
        "config-json | 4 | {\"annotations\":{\"a\":\" | x | x | \"}}",
        "config-json | 4 | {\"annotations\":{\"a\":\" | \\u00e4 | \\u2028 | \"}}",
        "config-json | 4 | {\"annotations\":{\" | é | x | \":1}}",
        "config-json | 4 | {\"process\":{\"cwd\":\"/\",\"args\":[ | \"#\" | , | \"\"]}}",
        "config-json | 4 | {\"hooks\":{\"a\": | 9 | 9 | }}",
        "config-json | 4 | {\"a\": | [ | [ | ]",
        "config-json | 4 | {\"root\":{\"path\":\" | ../ | / | \"}}",
        "config-json | 5 | {\"a\":\" | x | x | \"}",
        "image | 1 | {\"com.urunc.unikernel.binary\":\" | / | ../ | \"}",
        "image | 1 | {\"com.urunc.unikernel.unikernelType\":\" | bGlu | bGlu | \"}",
        "image | 1 | {\"com.urunc.unikernel.unikernelType\":\"linux\",\"com.urunc.unikernel.hypervisor\":\"qemu\","
            + "\"com.urunc.unikernel.binary\":\"/kernel\",\"com.urunc.unikernel.cmdline\":\" | a  | b  | \"}",
        "config-toml | 0 | a = | [ | [ | 1",
        "config-toml | 0 | a = | {a= | {a= | 1",
        "config-toml | 0 | a | .a | .a | =1",
        "config-toml | 0 | # | [a#] | ~ | ~",
        "config-toml | 0 | # | ~[[a]] | ~ | ~",
        "config-toml | 0 | # | ~k#=1 | ~ | ~",
        "config-toml | 0 | a=\"\"\" | x~ | ~ | \"\"\"",
        "config-toml | 0 | a=[ | 1, | 1, | 1]",
        "config-toml | 0 | a= | 9 | 9 | 9",
        "config-toml | 0 | log.level= | [ | [ | 9",
        "resolv-conf | 1 | search | ` a` | b | ~",
        "resolv-conf | 0 | search | ` a` | ` b` | ~",
        "resolv-conf | 0 | # | ~nameserver 1 | ~ | ~",
        "netlink | 0 | x | x | x | x",
        "record | 9 | {\"schema\":1,\"id\":\"c1\",\"status\":\"stopped\",\"bundle\":\"/b\",\"created\":\"\",\"annotations\":{\"a\":\" "
            + "| x | x | \"}}",
        "record | 9 | {\"schema\":1,\"annotations\":{\"a\":[ | {} | , | 0]}}",
        "journal | 1 | {\"act\":\"pin\"}~ | {\"act\":\"pin\"} | ~ | ~",
        "journal | 1 | {\"act\":\"pin\"}~ | ~ | ~ | ~"
      })
  void isTakenOrRefusedInTime(
      String target, int mebibytes, String head, String body, String between, String tail)
      throws IOException {
    byte[] input = input(mebibytes == 0 ? MIB / 16 : mebibytes * MIB, head, body, between, tail);
    Target fed = Target.named(target);
    assertThatCode(() -> fed.feed(input)).doesNotThrowAnyException();
  }

  /// `head (body between)* tail` of about `size` bytes; `#` is a number that counts, `~` a line
  /// feed.
  private static byte[] input(int size, String head, String body, String between, String tail) {
    StringBuilder text = new StringBuilder(head);
    int room = size - head.length() - 2 * tail.length() - 32;
    for (int i = 0; text.length() < room; i++) {
      text.append(body.replace("#", Integer.toString(i))).append(between);
    }
    return text.append(tail).toString().replace('~', '\n').getBytes(StandardCharsets.UTF_8);
  }
}
