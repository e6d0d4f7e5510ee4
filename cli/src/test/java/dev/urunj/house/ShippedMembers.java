package dev.urunj.house;

import java.io.IOException;
import java.lang.classfile.Attributes;
import java.lang.classfile.ClassModel;
import java.lang.classfile.CodeElement;
import java.lang.classfile.CodeModel;
import java.lang.classfile.FieldModel;
import java.lang.classfile.MethodModel;
import java.lang.classfile.Opcode;
import java.lang.classfile.constantpool.ClassEntry;
import java.lang.classfile.constantpool.FieldRefEntry;
import java.lang.classfile.constantpool.MemberRefEntry;
import java.lang.classfile.constantpool.PoolEntry;
import java.lang.classfile.instruction.FieldInstruction;
import java.lang.reflect.AccessFlag;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/// Which shipped code uses which member of shipped classes, as the class files have it.
///
/// A call names the type that it was compiled against, so a member counts as used if one of its
/// class, its superclasses and its subclasses was called by its name. What overrides a member of
/// the JDK is used by the JDK. Constants that the compiler copies leave no trace and are not looked
/// at.
final class ShippedMembers {
  private final Map<String, ClassModel> classes = new TreeMap<>();
  private final Map<String, Set<String>> family = new HashMap<>();

  /// The classes that name a member, by the member's owner, name and descriptor.
  private final Map<String, Set<String>> users = new HashMap<>();

  /// A member that is not private.
  ///
  /// @param users the classes that name it; empty when only tests do, if anything
  record Member(String owner, String name, boolean isPublic, Set<String> users) {
    /// Such as `linux/file/Fd.number`.
    String label() {
      return owner.substring(ShippedClasses.PREFIX.length()) + "." + name;
    }

    boolean isUsedOutsideOfItsPackage() {
      String own = ShippedClasses.packageOf(owner);
      return users.stream().anyMatch(user -> !ShippedClasses.packageOf(user).equals(own));
    }
  }

  static ShippedMembers read() throws IOException {
    ShippedMembers members = new ShippedMembers();
    for (ClassModel model : ShippedClasses.read()) {
      members.classes.put(ShippedClasses.nameOf(model), model);
    }
    for (ClassModel model : members.classes.values()) {
      members.addFamily(model);
      members.addUses(model);
    }
    return members;
  }

  private void addFamily(ClassModel model) {
    String name = ShippedClasses.nameOf(model);
    Set<String> own = family.computeIfAbsent(name, _ -> new TreeSet<>(Set.of(name)));
    for (String parent : ancestors(name)) {
      own.add(parent);
      family.computeIfAbsent(parent, _ -> new TreeSet<>(Set.of(parent))).add(name);
    }
  }

  private Set<String> ancestors(String name) {
    Set<String> found = new TreeSet<>();
    ClassModel model = classes.get(name);
    if (model != null) {
      List<ClassEntry> parents = new ArrayList<>(model.interfaces());
      model.superclass().ifPresent(parents::add);
      for (ClassEntry parent : parents) {
        found.add(parent.asInternalName());
        found.addAll(ancestors(parent.asInternalName()));
      }
    }
    return found;
  }

  private void addUses(ClassModel model) {
    String me = ShippedClasses.nameOf(model);
    for (PoolEntry entry : model.constantPool()) {
      if (entry instanceof MemberRefEntry ref) {
        String owner = ref.owner().asInternalName();
        use(owner, ref.name().stringValue(), ref.type().stringValue(), me);
        if (ref instanceof FieldRefEntry && !owner.equals(me)) { // a component, from its nest
          use(owner, ref.name().stringValue(), "()" + ref.type().stringValue(), me);
        }
      }
    }
    if (isRecord(model)) {
      model.methods().forEach(method -> addComponents(me, method));
    }
  }

  /// A record reads its own components without their accessors. Only the accessor's reading is no
  /// use of it.
  private void addComponents(String me, MethodModel method) {
    for (CodeModel code : method.code().stream().toList()) {
      for (CodeElement element : code) {
        if (element instanceof FieldInstruction read
            && read.opcode() == Opcode.GETFIELD
            && !method.methodName().equals(read.name())) {
          use(me, read.name().stringValue(), "()" + read.type().stringValue(), me);
        }
      }
    }
  }

  private void use(String owner, String name, String descriptor, String user) {
    users.computeIfAbsent(owner + "." + name + descriptor, _ -> new TreeSet<>()).add(user);
  }

  /// All members that somebody could use, of all classes.
  List<Member> all() {
    List<Member> found = new ArrayList<>();
    for (ClassModel model : classes.values()) {
      for (MethodModel method : model.methods()) {
        String name = method.methodName().stringValue();
        if (isOfInterest(model, method)) {
          found.add(
              member(
                  model,
                  name,
                  method.methodType().stringValue(),
                  method.flags().has(AccessFlag.PUBLIC)));
        }
      }
      for (FieldModel field : model.fields()) {
        if (!field.flags().has(AccessFlag.PRIVATE)
            && !field.flags().has(AccessFlag.SYNTHETIC)
            && !field.flags().has(AccessFlag.ENUM)
            && field.findAttribute(Attributes.constantValue()).isEmpty()) {
          found.add(
              member(
                  model,
                  field.fieldName().stringValue(),
                  field.fieldType().stringValue(),
                  field.flags().has(AccessFlag.PUBLIC)));
        }
      }
    }
    return found;
  }

  private Member member(ClassModel model, String name, String descriptor, boolean isPublic) {
    String owner = ShippedClasses.nameOf(model);
    Set<String> all = new TreeSet<>();
    for (String relative : family.getOrDefault(owner, Set.of(owner))) {
      all.addAll(users.getOrDefault(relative + "." + name + descriptor, Set.of()));
    }
    boolean free = isPublic && isFreeToBeNarrower(model, name, descriptor);
    return new Member(owner, name.equals("<init>") ? "new" : name, free, all);
  }

  private boolean isOfInterest(ClassModel model, MethodModel method) {
    String name = method.methodName().stringValue();
    if (method.flags().has(AccessFlag.PRIVATE)
        || method.flags().has(AccessFlag.SYNTHETIC)
        || name.equals("<clinit>")
        || name.equals("main")) {
      return false;
    }
    if (isKind(model, "java/lang/Enum") && (name.equals("values") || name.equals("valueOf"))) {
      return false;
    }
    return !isOfTheJdk(model, name);
  }

  /// Whether the language lets this member be less than public where it is.
  private boolean isFreeToBeNarrower(ClassModel model, String name, String descriptor) {
    if (model.flags().has(AccessFlag.INTERFACE) || isRecordsOwn(model, name, descriptor)) {
      return false;
    }
    for (String parent : ancestors(ShippedClasses.nameOf(model))) {
      ClassModel above = classes.get(parent);
      if (above != null && above.methods().stream().anyMatch(m -> is(m, name, descriptor))) {
        return false;
      }
    }
    return true;
  }

  private static boolean is(MethodModel method, String name, String descriptor) {
    return method.methodName().equalsString(name) && method.methodType().equalsString(descriptor);
  }

  private static boolean isRecordsOwn(ClassModel model, String name, String descriptor) {
    return isRecord(model)
        && (name.equals("<init>")
            || model.fields().stream()
                .anyMatch(field ->
                    field.fieldName().equalsString(name)
                        && descriptor.equals("()" + field.fieldType().stringValue())));
  }

  private boolean isOfTheJdk(ClassModel model, String name) {
    for (String type : ancestors(ShippedClasses.nameOf(model))) {
      if (!classes.containsKey(type) && !name.equals("<init>") && declares(type, name)) {
        return true;
      }
    }
    return false;
  }

  private static boolean declares(String type, String name) {
    try {
      for (Method method : Class.forName(type.replace('/', '.')).getDeclaredMethods()) {
        if (method.getName().equals(name)) {
          return true;
        }
      }
      return false;
    } catch (ClassNotFoundException e) {
      throw new AssertionError(e);
    }
  }

  private static boolean isRecord(ClassModel model) {
    return isKind(model, "java/lang/Record");
  }

  private static boolean isKind(ClassModel model, String parent) {
    return model.superclass().stream().anyMatch(one -> one.asInternalName().equals(parent));
  }

  /// The text of what is built beside the distribution and may use anything of it.
  static String besides() throws IOException {
    StringBuilder text = new StringBuilder();
    for (Path file : Sources.files(".java")) {
      String path = file.toString();
      if (path.contains("/bench/src/main/") || path.contains("/fuzz/src/main/")) {
        text.append(Files.readString(file));
      }
    }
    return text.toString();
  }
}
