package dev.urunj.linux.netlink;

import dev.urunj.linux.file.Fd;

/// Messages about `bpf` filters. Options, `include/uapi/linux/pkt_cls.h`:
///
/// ```
/// TCA_BPF_FD u32, TCA_BPF_NAME string, TCA_BPF_FLAGS u32
/// ```
///
/// and in dumps, instead of the descriptor, `TCA_BPF_TAG` (8 bytes) and `TCA_BPF_ID` (u32).
final class ClassifierCodec {
  static final int TCA_BPF_FD = 6;
  static final int TCA_BPF_NAME = 7;
  static final int TCA_BPF_FLAGS = 8;
  static final int TCA_BPF_TAG = 10;
  static final int TCA_BPF_ID = 11;
  static final int TCA_BPF_FLAG_ACT_DIRECT = 1;

  private ClassifierCodec() {}

  static Message add(Classifier classifier, Fd program) {
    return put(classifier, program, Message.NLM_F_CREATE | Message.NLM_F_EXCL);
  }

  static Message replace(Classifier classifier, Fd program) {
    return put(classifier, program, Message.NLM_F_CREATE);
  }

  private static Message put(Classifier classifier, Fd program, int flags) {
    String call =
        "RTM_NEWTFILTER(link "
            + classifier.linkIndex()
            + ", parent "
            + FilterHeader.handle(classifier.parent())
            + ", priority "
            + classifier.priority()
            + ", bpf)";
    Message message = Message.change(call, FilterHeader.RTM_NEWTFILTER, flags);
    int info = FilterHeader.info(classifier.priority(), FilterHeader.ETH_P_ALL);
    QdiscCodec.header(
        message, classifier.linkIndex(), classifier.handle(), classifier.parent(), info);
    message.attribute(QdiscCodec.TCA_KIND, Classifier.KIND);
    int options = message.begin(QdiscCodec.TCA_OPTIONS);
    message.attribute(TCA_BPF_FD, program.number());
    message.attribute(TCA_BPF_NAME, classifier.name());
    message.attribute(TCA_BPF_FLAGS, TCA_BPF_FLAG_ACT_DIRECT);
    return message.end(options);
  }

  static FilterProgram read(Attributes options) throws NetlinkException {
    String name = "";
    int id = 0;
    String tag = "";
    boolean directAction = false;
    while (options.next()) {
      switch (options.type()) {
        case TCA_BPF_NAME -> name = options.string();
        case TCA_BPF_ID -> id = options.s32();
        case TCA_BPF_TAG -> tag = digits(options.bytes());
        case TCA_BPF_FLAGS -> directAction = (options.s32() & TCA_BPF_FLAG_ACT_DIRECT) != 0;
        default -> {}
      }
    }
    return new FilterProgram(name, id, tag, directAction);
  }

  private static String digits(byte[] bytes) {
    StringBuilder digits = new StringBuilder(2 * bytes.length);
    for (byte one : bytes) {
      digits.append(Character.forDigit((one >> 4) & 0xf, 16));
      digits.append(Character.forDigit(one & 0xf, 16));
    }
    return digits.toString();
  }
}
