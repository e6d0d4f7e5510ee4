package dev.urunj.runtime.monitor.qemu;

import dev.urunj.runtime.monitor.Control;
import java.io.IOException;

/// QEMU's control socket.
final class QemuControl implements Control {
  private final Qmp qmp;

  QemuControl(Qmp qmp) {
    this.qmp = qmp;
  }

  /// QEMU answers once its machine is complete, and has let it go by then.
  @Override
  public void awaitRunning() throws IOException {
    String status = qmp.status();
    if (!status.equals("running")) {
      throw new IOException("the machine is " + status);
    }
  }

  @Override
  public void askToStop() throws IOException {
    qmp.systemPowerdown();
  }

  @Override
  public void close() throws IOException {
    qmp.close();
  }
}
