package dev.urunj.linux.netlink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.urunj.linux.errno.Errno;
import dev.urunj.linux.testnet.TestNetns;
import dev.urunj.testkit.DescriptorLeaks;
import dev.urunj.testkit.Needs;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What nft(8) reads of what is made here.
@Needs(root = true, programs = "nft")
class NetfilterKernelTest {
  private static final NetfilterTable TABLE =
      new NetfilterTable(NetfilterTable.NFPROTO_IPV4, "urunj", "of container web");
  private static final NetfilterTable INET =
      new NetfilterTable(NetfilterTable.NFPROTO_INET, "urunj", "");
  private static final NetfilterChain POSTROUTING =
      new NetfilterChain(
          "postrouting",
          "nat",
          NetfilterChain.NF_INET_POST_ROUTING,
          NetfilterChain.NF_IP_PRI_NAT_SRC);
  private static final NetfilterChain PREROUTING =
      new NetfilterChain(
          "prerouting",
          "nat",
          NetfilterChain.NF_INET_PRE_ROUTING,
          NetfilterChain.NF_IP_PRI_NAT_DST);
  private static final NetfilterChain FORWARD =
      new NetfilterChain(
          "forward", "filter", NetfilterChain.NF_INET_FORWARD, NetfilterChain.NF_IP_PRI_FILTER);

  private DescriptorLeaks leaks;
  private TestNetns pod;
  private NetfilterSocket socket;

  @BeforeEach
  void open() throws Exception {
    leaks = DescriptorLeaks.watch();
    pod = TestNetns.create();
    socket = pod.call(NetfilterSocket::open);
  }

  @AfterEach
  void close() throws Exception {
    socket.close();
    pod.close();
    leaks.close();
  }

  @Test
  void whatAStaticGuestNeedsIsWhatNftLists() throws Exception {
    socket.commit(
        new NetfilterBatch()
            .addTable(TABLE)
            .addChain(TABLE, POSTROUTING)
            .addRule(TABLE, "postrouting", masquerade()));
    assertThat(pod.shell("nft list ruleset"))
        .isEqualTo(
            """
            table ip urunj {
            \tcomment "of container web"
            \tchain postrouting {
            \t\ttype nat hook postrouting priority srcnat; policy accept;
            \t\tip saddr 172.16.1.0/24 oifname "eth0" counter packets 0 bytes 0 masquerade comment "guest"
            \t}
            }
            """);
  }

  @Test
  void everyExpressionIsWhatNftLists() throws Exception {
    socket.commit(
        new NetfilterBatch()
            .addTable(INET)
            .addChain(INET, PREROUTING)
            .addRule(
                INET,
                "prerouting",
                rule(
                    "web",
                    new RuleExpression.InputLink("eth0"),
                    new RuleExpression.DestinationPort(6, 8080),
                    new RuleExpression.DestinationNat(ip("172.16.1.2"), 80)))
            .addRule(
                INET,
                "prerouting",
                rule(
                    "",
                    new RuleExpression.Destination(ip("10.1.0.2"), 32),
                    new RuleExpression.DestinationPort(17, 53),
                    new RuleExpression.DestinationNat(ip("172.16.1.2"), 0)))
            .addRule(
                INET,
                "prerouting",
                rule(
                    "",
                    new RuleExpression.Source(ip("fd00::1"), 60),
                    new RuleExpression.DestinationNat(ip("fd00::2"), 443)))
            .addChain(INET, FORWARD)
            .addRule(
                INET,
                "forward",
                rule(
                    "",
                    new RuleExpression.Source(ip("10.1.2.3"), 20),
                    new RuleExpression.OutputLink("fifteen_letters"),
                    new RuleExpression.Accept()))
            .addRule(
                INET,
                "forward",
                rule(
                    "",
                    new RuleExpression.Destination(ip("fd00::1"), 64),
                    new RuleExpression.Drop())));
    assertThat(pod.shell("nft list ruleset"))
        .isEqualTo(
            """
            table inet urunj {
            \tchain prerouting {
            \t\ttype nat hook prerouting priority dstnat; policy accept;
            \t\tiifname "eth0" tcp dport 8080 dnat ip to 172.16.1.2:80 comment "web"
            \t\tip daddr 10.1.0.2 udp dport 53 dnat ip to 172.16.1.2
            \t\tip6 saddr fd00::/60 dnat ip6 to [fd00::2]:443
            \t}

            \tchain forward {
            \t\ttype filter hook forward priority filter; policy accept;
            \t\tip saddr 10.1.0.0/20 oifname "fifteen_letters" accept
            \t\tip6 daddr fd00::/64 drop
            \t}
            }
            """);
  }

  @ParameterizedTest
  @CsvSource({"10.1.2.3,1", "10.1.2.3,8", "10.1.2.3,9", "10.1.2.3,31", "10.1.2.3,32", "fd00::7,1"})
  void prefixOfEveryLengthIsWhatNftMakesOfIt(String network, int prefixLength) throws Exception {
    NetfilterTable table =
        network.contains(":")
            ? new NetfilterTable(NetfilterTable.NFPROTO_IPV6, "urunj", "")
            : TABLE;
    String ip = network.contains(":") ? "ip6" : "ip";
    socket.commit(
        new NetfilterBatch()
            .addTable(table)
            .addChain(table, FORWARD)
            .addRule(
                table, "forward", rule("", new RuleExpression.Source(ip(network), prefixLength))));
    pod.shell(
        "nft add rule " + ip + " urunj forward " + ip + " saddr " + network + "/" + prefixLength);
    List<String> lines =
        pod.shell("nft list chain " + ip + " urunj forward")
            .lines()
            .filter(line -> line.contains("saddr"))
            .toList();
    assertThat(lines).hasSize(2);
    assertThat(lines.get(0)).isEqualTo(lines.get(1));
  }

  @Test
  void tablesAreListedWithThoseOfOthers() throws Exception {
    pod.shell("nft 'add table inet other { comment \"not ours\"; }; add table ip6 third'");
    socket.commit(new NetfilterBatch().addTable(TABLE));
    assertThat(socket.tables())
        .containsExactlyInAnyOrder(
            TABLE,
            new NetfilterTable(NetfilterTable.NFPROTO_INET, "other", "not ours"),
            new NetfilterTable(NetfilterTable.NFPROTO_IPV6, "third", ""));
  }

  @Test
  void rulesAreListedWithTheirCommentsAndCounters() throws Exception {
    pod.shell("nft 'add table ip other; add chain ip other x; add rule ip other x accept'");
    assertThat(socket.rules(TABLE)).isEmpty();
    socket.commit(
        new NetfilterBatch()
            .addTable(TABLE)
            .addChain(TABLE, POSTROUTING)
            .addRule(TABLE, "postrouting", masquerade()));
    pod.shell("nft add rule ip urunj postrouting counter packets 5 bytes 300 accept");
    List<InstalledRule> rules = socket.rules(TABLE);
    assertThat(rules).hasSize(2).allMatch(rule -> rule.table().equals("urunj"));
    assertThat(rules).extracting(InstalledRule::chain).containsOnly("postrouting");
    assertThat(rules).extracting(InstalledRule::comment).containsExactly("guest", "");
    assertThat(rules).extracting(InstalledRule::packets).containsExactly(0L, 5L);
    assertThat(rules).extracting(InstalledRule::bytes).containsExactly(0L, 300L);
    assertThat(rules.get(1).handle()).isGreaterThan(rules.get(0).handle());
    assertThat(pod.shell("nft -a list ruleset")).contains("# handle " + rules.get(0).handle());
  }

  @Test
  void tableGoesWithEverythingInItAndNothingElse() throws Exception {
    pod.shell("nft 'add table ip other; add chain ip other x; add rule ip other x accept'");
    String before = pod.shell("nft list ruleset");
    socket.commit(
        new NetfilterBatch()
            .addTable(TABLE)
            .addChain(TABLE, POSTROUTING)
            .addRule(TABLE, "postrouting", masquerade()));
    socket.commit(new NetfilterBatch().deleteTable(TABLE));
    assertThat(pod.shell("nft list ruleset")).isEqualTo(before);
    refused(Errno.ENOENT, "NFT_MSG_DELTABLE(ip urunj) = ", new NetfilterBatch().deleteTable(TABLE));
  }

  @Test
  void replacingATableTwiceLeavesItsRulesOnce() throws Exception {
    for (int i = 0; i < 3; i++) {
      socket.commit(
          new NetfilterBatch()
              .replaceTable(TABLE)
              .addChain(TABLE, POSTROUTING)
              .addRule(TABLE, "postrouting", masquerade()));
    }
    assertThat(socket.rules(TABLE)).hasSize(1);
  }

  @Test
  void tableThatIsThereAlreadyIsRefused() throws Exception {
    pod.shell("nft add table ip urunj");
    refused(Errno.EEXIST, "NFT_MSG_NEWTABLE(ip urunj) = ", new NetfilterBatch().addTable(TABLE));
  }

  @Test
  void refusedChangeIsNamedAndNothingOfItsBatchIsMade() throws Exception {
    NetfilterBatch batch =
        new NetfilterBatch()
            .addTable(TABLE)
            .addChain(TABLE, PREROUTING)
            .addRule(TABLE, "prerouting", rule("fine", new RuleExpression.Counter()))
            .addRule(TABLE, "nowhere", rule("lost", new RuleExpression.Counter()))
            .addRule(TABLE, "prerouting", rule("fine too", new RuleExpression.Counter()))
            .addChain(TABLE, PREROUTING);
    assertThatThrownBy(() -> socket.commit(batch))
        .isInstanceOfSatisfying(
            NetlinkException.class,
            e -> {
              assertThat(e)
                  .hasMessageStartingWith(
                      "NFT_MSG_NEWRULE(ip urunj nowhere, \"lost\") = -1 ENOENT");
              assertThat(e.getSuppressed()).hasSize(1);
              assertThat(e.getSuppressed()[0])
                  .hasMessageStartingWith("NFT_MSG_NEWCHAIN(ip urunj prerouting) = -1 EEXIST");
            });
    assertThat(pod.shell("nft list ruleset")).isEmpty();
    socket.commit(new NetfilterBatch().addTable(TABLE)); // the socket is as good as new
    assertThat(socket.tables()).containsExactly(TABLE);
  }

  @Test
  void expressionInAChainWhereItHasNoMeaningIsRefused() throws Exception {
    refused(
        Errno.EOPNOTSUPP,
        "NFT_MSG_NEWRULE(ip urunj prerouting, \"guest\") = ",
        new NetfilterBatch()
            .addTable(TABLE)
            .addChain(TABLE, PREROUTING)
            .addRule(TABLE, "prerouting", masquerade()));
    assertThat(socket.tables()).isEmpty();
  }

  @Test
  void hookThatATypeDoesNotHaveIsRefused() {
    NetfilterChain wrong = new NetfilterChain("wrong", "nat", NetfilterChain.NF_INET_FORWARD, 0);
    refused(
        Errno.EOPNOTSUPP,
        "NFT_MSG_NEWCHAIN(ip urunj wrong) = ",
        new NetfilterBatch().addTable(TABLE).addChain(TABLE, wrong));
  }

  @Test
  void socketBelongsToTheNamespaceItWasOpenedIn() throws Exception {
    socket.commit(new NetfilterBatch().addTable(TABLE)); // from a thread that is not inside
    try (TestNetns other = TestNetns.create();
        NetfilterSocket there = other.call(NetfilterSocket::open)) {
      assertThat(there.tables()).isEmpty();
    }
    assertThat(socket.tables()).containsExactly(TABLE);
  }

  private void refused(int errno, String message, NetfilterBatch batch) {
    assertThatThrownBy(() -> socket.commit(batch))
        .isInstanceOfSatisfying(NetlinkException.class, e -> assertThat(e.errno()).isEqualTo(errno))
        .hasMessageStartingWith(message);
  }

  private static NetfilterRule masquerade() {
    return rule(
        "guest",
        new RuleExpression.Source(ip("172.16.1.1"), 24),
        new RuleExpression.OutputLink("eth0"),
        new RuleExpression.Counter(),
        new RuleExpression.Masquerade());
  }

  private static NetfilterRule rule(String comment, RuleExpression... expressions) {
    return new NetfilterRule(List.of(expressions), comment);
  }

  private static InetAddress ip(String text) {
    try {
      return InetAddress.getByName(text);
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException(e);
    }
  }
}
