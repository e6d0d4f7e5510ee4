package dev.urunj.linux.netlink;

import static org.assertj.core.api.Assertions.assertThat;

import dev.urunj.linux.testnet.CConstants;
import dev.urunj.testkit.Needs;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Needs(programs = "gcc", files = "/usr/include/linux/rtnetlink.h")
class KernelConstantsTest {
  private static final List<String> HEADERS =
      List.of(
          "sys/socket.h",
          "linux/netlink.h",
          "linux/rtnetlink.h",
          "linux/if.h",
          "linux/if_arp.h",
          "linux/if_link.h",
          "linux/if_addr.h",
          "linux/if_ether.h",
          "linux/veth.h",
          "linux/neighbour.h",
          "linux/pkt_sched.h",
          "linux/pkt_cls.h",
          "linux/tc_act/tc_mirred.h",
          "linux/netfilter.h",
          "linux/netfilter_ipv4.h",
          "linux/netfilter/nfnetlink.h",
          "linux/netfilter/nf_tables.h");

  private static final Map<String, String> EXPRESSIONS =
      Map.ofEntries(
          Map.entry("IFINFOMSG_SIZE", "sizeof(struct ifinfomsg)"),
          Map.entry("IFADDRMSG_SIZE", "sizeof(struct ifaddrmsg)"),
          Map.entry("RTMSG_SIZE", "sizeof(struct rtmsg)"),
          Map.entry("RTNEXTHOP_SIZE", "sizeof(struct rtnexthop)"),
          Map.entry("NDMSG_SIZE", "sizeof(struct ndmsg)"),
          Map.entry("TCMSG_SIZE", "sizeof(struct tcmsg)"),
          Map.entry("TC_MIRRED_SIZE", "sizeof(struct tc_mirred)"),
          Map.entry("TC_U32_SEL_SIZE", "sizeof(struct tc_u32_sel)"),
          Map.entry("TC_U32_KEY_SIZE", "sizeof(struct tc_u32_key)"),
          Map.entry("NFGENMSG_SIZE", "sizeof(struct nfgenmsg)"),
          Map.entry("LONGEST_COMMENT", "127"), // of nft(8), not of the kernel
          Map.entry("NLMSGERR_SIZE", "sizeof(struct nlmsgerr)"),
          Map.entry("SOCKADDR_NL_SIZE", "sizeof(struct sockaddr_nl)"),
          Map.entry("IF_OPER_DOWN", "2"), // enumerations that exclude each other's headers
          Map.entry("IF_OPER_UP", "6"),
          Map.entry("INGRESS", "TC_H_MAKE(TC_H_CLSACT, TC_H_MIN_INGRESS)"),
          Map.entry("EGRESS", "TC_H_MAKE(TC_H_CLSACT, TC_H_MIN_EGRESS)"),
          Map.entry("CLS_BPF_NAME_LEN", "256"), // net/sched/cls_bpf.c is not for user space
          Map.entry("TC_COOKIE_MAX_SIZE", "16")); // nor is include/net/act_api.h

  @Test
  void constantsAreThoseOfTheHeaders(@TempDir Path directory) throws Exception {
    CConstants constants = new CConstants(HEADERS, EXPRESSIONS);
    constants.addAllOf(Message.class);
    constants.addAllOf(Replies.class);
    constants.addAllOf(NetlinkSocket.class);
    constants.addAllOf(Link.class);
    constants.addAllOf(LinkCodec.class);
    constants.addAllOf(InterfaceAddress.class);
    constants.addAllOf(AddressCodec.class);
    constants.addAllOf(Route.class);
    constants.addAllOf(RouteCodec.class);
    constants.addAllOf(Neighbour.class);
    constants.addAllOf(NeighbourCodec.class);
    constants.addAllOf(Filter.class);
    constants.addAllOf(FilterCodec.class);
    constants.addAllOf(QdiscCodec.class);
    constants.addAllOf(Redirect.class);
    constants.addAllOf(Classifier.class);
    constants.addAllOf(ClassifierCodec.class);
    constants.addAllOf(NetfilterTable.class);
    constants.addAllOf(NetfilterChain.class);
    constants.addAllOf(NetfilterCodec.class);
    constants.addAllOf(RuleCodec.class);
    constants.add("TC_H_ROOT", Qdisc.ROOT);
    constants.add("TC_H_INGRESS", Qdisc.INGRESS);
    assertThat(constants.ofTheHeaders(directory)).isEqualTo(constants.ofTheCode());
  }
}
