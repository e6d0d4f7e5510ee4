package dev.urunj.linux.bpf;

import static org.assertj.core.api.Assertions.assertThat;

import dev.urunj.linux.testnet.CConstants;
import dev.urunj.testkit.Needs;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Needs(programs = "gcc", files = "/usr/include/linux/bpf.h")
class KernelConstantsTest {
  private static final List<String> HEADERS =
      List.of("stddef.h", "elf.h", "linux/bpf.h", "linux/bpf_common.h");

  private static final Map<String, String> EXPRESSIONS =
      Map.ofEntries(
          Map.entry("ELF64_EHDR_SIZE", "sizeof(Elf64_Ehdr)"),
          Map.entry("ELF64_SHDR_SIZE", "sizeof(Elf64_Shdr)"),
          Map.entry("ELF64_SYM_SIZE", "sizeof(Elf64_Sym)"),
          Map.entry("ELF64_REL_SIZE", "sizeof(Elf64_Rel)"),
          Map.entry("BPF_MAP_DEF_SIZE", "20"), // of no header of the kernel
          Map.entry("R_BPF_64_64", "1"),
          Map.entry("BPF_INSN_SIZE", "sizeof(struct bpf_insn)"),
          Map.entry("SK_BUFF_SIZE", "sizeof(struct __sk_buff)"),
          Map.entry("MARK_OFFSET", "offsetof(struct __sk_buff, mark)"),
          Map.entry("IFINDEX_OFFSET", "offsetof(struct __sk_buff, ifindex)"),
          Map.entry("BPF_FUNC_SKC_LOOKUP_TCP", "BPF_FUNC_skc_lookup_tcp"),
          Map.entry("BPF_FUNC_SK_LOOKUP_UDP", "BPF_FUNC_sk_lookup_udp"),
          Map.entry("BPF_TCX_INGRESS", "46"), // younger than the headers of Debian 12
          Map.entry("BPF_TCX_EGRESS", "47"),
          Map.entry("QUERY_SIZE", "64"),
          Map.entry("CREATE_SIZE", "offsetof(union bpf_attr, map_name) + 16"),
          Map.entry("ELEMENT_SIZE", "offsetof(union bpf_attr, flags) + 8"),
          Map.entry("MAP_INFO_SIZE", "offsetof(struct bpf_map_info, ifindex)"),
          Map.entry("PROG_INFO_SIZE", "offsetof(struct bpf_prog_info, netns_dev)"),
          Map.entry("LOAD_SIZE", "offsetof(union bpf_attr, expected_attach_type) + 4"),
          Map.entry("TEST_RUN_SIZE", "offsetof(union bpf_attr, test.ctx_out) + 8"));

  /// Offsets that stand as plain numbers in the code.
  private static final Map<String, Integer> PLAIN =
      Map.ofEntries(
          Map.entry("offsetof(union bpf_attr, insns)", 8),
          Map.entry("offsetof(union bpf_attr, license)", 16),
          Map.entry("offsetof(union bpf_attr, log_level)", 24),
          Map.entry("offsetof(union bpf_attr, log_size)", 28),
          Map.entry("offsetof(union bpf_attr, log_buf)", 32),
          Map.entry("offsetof(union bpf_attr, prog_name)", 48),
          Map.entry("offsetof(union bpf_attr, map_name)", 28),
          Map.entry("offsetof(union bpf_attr, key)", 8),
          Map.entry("offsetof(union bpf_attr, value)", 16),
          Map.entry("offsetof(union bpf_attr, next_key)", 16),
          Map.entry("offsetof(union bpf_attr, info.info)", 8),
          Map.entry("offsetof(union bpf_attr, test.retval)", 4),
          Map.entry("offsetof(union bpf_attr, test.data_size_in)", 8),
          Map.entry("offsetof(union bpf_attr, test.data_in)", 16),
          Map.entry("offsetof(union bpf_attr, test.repeat)", 32),
          Map.entry("offsetof(union bpf_attr, test.ctx_size_in)", 40),
          Map.entry("offsetof(union bpf_attr, test.ctx_in)", 48),
          Map.entry("offsetof(struct bpf_prog_info, tag)", 8),
          Map.entry("offsetof(struct bpf_prog_info, nr_map_ids)", 52),
          Map.entry("offsetof(struct bpf_prog_info, map_ids)", 56),
          Map.entry("offsetof(struct bpf_prog_info, name)", 64),
          Map.entry("offsetof(struct bpf_map_info, key_size)", 8),
          Map.entry("offsetof(struct bpf_map_info, map_flags)", 20),
          Map.entry("offsetof(struct bpf_map_info, name)", 24));

  @Test
  void constantsAreThoseOfTheHeaders(@TempDir Path directory) throws Exception {
    CConstants constants = new CConstants(HEADERS, EXPRESSIONS);
    constants.addAllOf(ElfFile.class);
    constants.addAllOf(BpfObject.class);
    constants.addAllOf(BpfCall.class);
    constants.addAllOf(BpfMap.class);
    constants.addAllOf(BpfProgram.class);
    constants.addAllOf(BpfProbe.class);
    constants.addAllOf(MapSpec.class);
    constants.addAllOf(ProgramSpec.class);
    constants.addAllOf(ProgramLoad.class);
    constants.addAllOf(TestRun.class);
    constants.addAllOf(TcxPrograms.class);
    PLAIN.forEach(constants::add);
    assertThat(constants.ofTheHeaders(directory)).isEqualTo(constants.ofTheCode());
  }
}
