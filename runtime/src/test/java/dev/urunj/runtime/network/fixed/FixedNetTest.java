package dev.urunj.runtime.network.fixed;

import static org.assertj.core.api.Assertions.assertThat;

import dev.urunj.linux.netlink.Link;
import dev.urunj.linux.netlink.MacAddress;
import dev.urunj.runtime.network.PodInterface;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FixedNetTest {
  private static final MacAddress POD = MacAddress.parse("0a:58:0a:01:00:02");
  private static final Link ETH0 =
      new Link(2, "eth0", 1, 1, 1450, 0, POD, null, true, 6, 0, 0, -1, false);

  @Test
  void guestHasUruncsAddressAndThePodsMtu() {
    PodInterface guest = FixedNet.guestInterface(ETH0, "c1");
    assertThat(guest.link().mtu()).isEqualTo(1450);
    assertThat(guest.addresses())
        .singleElement()
        .matches(address -> address.address().getHostAddress().equals("172.16.1.2"))
        .matches(address -> address.prefixLength() == 24);
    assertThat(guest.routes())
        .extracting(route -> route.destination() + " by " + route.gateway())
        .containsExactly("/172.16.1.0 by null", "null by /172.16.1.1");
    assertThat(guest.neighbours()).isEmpty();
  }

  @Test
  void macAddressIsTheSameForAContainerAndAnotherForTheNext() {
    MacAddress one = FixedNet.guestInterface(ETH0, "c1").link().mac();
    assertThat(FixedNet.guestInterface(ETH0, "c1").link().mac()).isEqualTo(one).isNotEqualTo(POD);
    assertThat(FixedNet.guestInterface(ETH0, "c2").link().mac()).isNotEqualTo(one);
    assertThat(String.valueOf(one)).startsWith("02:");
  }

  @Test
  void markIsReadAgain() {
    TableMark mark = new TableMark(7, 3);
    assertThat(mark.comment()).isEqualTo("urunj static 1 tap 7 forwards 3");
    assertThat(TableMark.of(mark.comment())).isEqualTo(mark);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "mine",
        "urunj static 1 tap ",
        "urunj static 1 tap 7",
        " forwards 3",
        "urunj static 1 tap 7 forwards ",
        "urunj static 1 tap 7 forwards -3",
        "urunj static 1 tap 0 forwards 3",
        "urunj static 1 tap 99999999999 forwards 3",
        "urunj static 1 tap x forwards 3",
        "urunj static 2 tap 7 forwards 3"
      })
  void otherCommentIsNoMark(String comment) {
    assertThat(TableMark.of(comment)).isNull();
  }
}
