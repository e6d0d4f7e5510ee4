package dev.urunj.linux.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ProcessStatTest {
  private static final String REST = " 1 1 0 -1 4194560 1 2 3 4 5 6 7 8 20 0 1 0 4711 123 456\n";

  @Test
  void ownProcessRunsAndHasAParent() throws Exception {
    ProcessStat stat = stat((int) ProcessHandle.current().pid());
    assertThat(stat.state()).isIn('R', 'S');
    assertThat(stat.isZombie()).isFalse();
    long parent = ProcessHandle.current().parent().orElseThrow().pid();
    assertThat(stat.parent()).isEqualTo((int) parent);
    assertThat(stat.startTime()).isPositive();
  }

  @Test
  void zeroNegativeAndUnusedNumbersAreNobody() throws Exception {
    assertThat(ProcessStat.read(0)).isNull();
    assertThat(ProcessStat.read(-1)).isNull();
    assertThat(ProcessStat.read(Integer.MIN_VALUE)).isNull();
    assertThat(ProcessStat.read(Integer.MAX_VALUE)).isNull();
  }

  @Test
  void nameWithBlanksAndParenthesesDoesNotShiftTheFields() throws Exception {
    ProcessStat stat = ProcessStat.parse("42 (a) Z 9 (b c)) S 7" + REST);
    assertThat(stat.state()).isEqualTo('S');
    assertThat(stat.parent()).isEqualTo(7);
    assertThat(stat.startTime()).isEqualTo(4711);
  }

  @Test
  void zombieAndDeadAreEnded() throws Exception {
    assertThat(ProcessStat.parse("42 (a) Z 7" + REST).isZombie()).isTrue();
    assertThat(ProcessStat.parse("42 (a) X 7" + REST).isZombie()).isTrue();
    assertThat(ProcessStat.parse("42 (a) T 7" + REST).isZombie()).isFalse();
  }

  @Test
  void otherLinesAreRefused() {
    assertThatIOException().isThrownBy(() -> ProcessStat.parse(""));
    assertThatIOException().isThrownBy(() -> ProcessStat.parse("42 (a) S 7 1 1"));
    assertThatIOException().isThrownBy(() -> ProcessStat.parse("42 (a) S x" + REST));
  }

  @Test
  void identityEndsWithTheProcess() throws Exception {
    Process process = new ProcessBuilder("sleep", "60").start();
    ProcessIdentity identity = ProcessIdentity.of((int) process.pid());
    assertThat(identity).isNotNull();
    assertThat(identity.isAlive()).isTrue();
    process.destroyForcibly();
    assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
    assertThat(identity.isAlive()).isFalse();
    assertThat(ProcessIdentity.of((int) process.pid())).isNull();
  }

  @Test
  void anotherProcessWithTheNumberAndAnotherBootAreNotIt() throws Exception {
    ProcessIdentity self = ProcessIdentity.of((int) ProcessHandle.current().pid());
    assertThat(self).isNotNull();
    assertThat(self.isAlive()).isTrue();
    ProcessIdentity later = new ProcessIdentity(self.pid(), self.startTime() + 1, self.bootId());
    assertThat(later.isAlive()).isFalse();
    ProcessIdentity elsewhere = new ProcessIdentity(self.pid(), self.startTime(), "another");
    assertThat(elsewhere.isAlive()).isFalse();
    assertThat(new ProcessIdentity(0, 0, self.bootId()).isAlive()).isFalse();
  }

  @Test
  void bootIdIsAUuid() throws Exception {
    assertThat(BootId.read()).matches("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");
  }

  private static ProcessStat stat(int pid) throws IOException {
    ProcessStat stat = ProcessStat.read(pid);
    assertThat(stat).isNotNull();
    return stat;
  }
}
