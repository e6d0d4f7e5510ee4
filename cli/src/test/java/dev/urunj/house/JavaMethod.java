package dev.urunj.house;

import static java.util.Objects.requireNonNull;

import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.SourcePositions;
import com.sun.source.util.TreeScanner;
import com.sun.source.util.Trees;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.jspecify.annotations.Nullable;

/// A method with a body, as the JDK's own parser reads it. What a record is made of is no method.
///
/// @param name with its innermost class: `Errno.text`
/// @param lines from the brace that opens its body to the one that closes it
/// @param isOfATest whether its file is one of tests
record JavaMethod(String name, int lines, int parameters, boolean isOfATest) {
  static List<JavaMethod> all(List<Path> files) throws IOException {
    List<JavaMethod> found = new ArrayList<>();
    JavaCompiler compiler = requireNonNull(ToolProvider.getSystemJavaCompiler(), "no compiler");
    try (StandardJavaFileManager manager = compiler.getStandardFileManager(null, null, null)) {
      JavacTask task =
          (JavacTask)
              compiler.getTask(
                  null,
                  manager,
                  null,
                  List.of("-proc:none"),
                  null,
                  manager.getJavaFileObjectsFromPaths(files));
      SourcePositions positions = Trees.instance(task).getSourcePositions();
      for (CompilationUnitTree unit : task.parse()) {
        unit.accept(new Scanner(unit, positions, found), "");
      }
    }
    return found;
  }

  private static final class Scanner extends TreeScanner<@Nullable Void, String> {
    private final CompilationUnitTree unit;
    private final SourcePositions positions;
    private final List<JavaMethod> found;
    private boolean inRecord;

    Scanner(CompilationUnitTree unit, SourcePositions positions, List<JavaMethod> found) {
      this.unit = unit;
      this.positions = positions;
      this.found = found;
    }

    @Override
    public @Nullable Void visitClass(ClassTree node, String outer) {
      boolean before = inRecord;
      inRecord = node.getKind() == Tree.Kind.RECORD;
      super.visitClass(node, node.getSimpleName().isEmpty() ? outer : node.getSimpleName() + "");
      inRecord = before;
      return null;
    }

    @Override
    public @Nullable Void visitMethod(MethodTree node, String name) {
      if (node.getBody() != null) {
        long begin = line(positions.getStartPosition(unit, node.getBody()));
        long end = line(positions.getEndPosition(unit, node.getBody()));
        boolean components = inRecord && node.getName().contentEquals("<init>");
        found.add(
            new JavaMethod(
                name + "." + node.getName(),
                (int) (end - begin + 1),
                components ? 0 : node.getParameters().size(),
                unit.getSourceFile().getName().contains("/src/test/")));
      }
      return super.visitMethod(node, name);
    }

    private long line(long position) {
      return unit.getLineMap().getLineNumber(position);
    }
  }
}
