import com.sun.source.util.JavacTask;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

/**
 * javac's parser for one text after another: nothing is compiled, run, or read from a file.
 *
 * <p>A text is its length in four bytes, then UTF-8. The answer is one line for each error (offset in UTF-16 units,
 * code, message, between tabs), then an empty line.
 */
final class Parse {
  private static final int MOST_ERRORS = 20;
  private static final long IDLE_NANOS = 300_000_000_000L;
  private static volatile long lastAsked = System.nanoTime();

  private Parse() {}

  private static final class Text extends SimpleJavaFileObject {
    private final String code;

    Text(String code) {
      super(URI.create("string:///Code.java"), Kind.SOURCE);
      this.code = code;
    }

    @Override
    public CharSequence getCharContent(boolean ignoreEncodingErrors) {
      return code;
    }
  }

  /** Answers until the input ends, or nobody has asked for five minutes. */
  public static void main(String[] arguments) throws IOException {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    DataInputStream given = new DataInputStream(System.in);
    PrintStream told = new PrintStream(System.out, false, StandardCharsets.UTF_8);
    Thread watch = new Thread(Parse::endWhenIdle);
    watch.setDaemon(true);
    watch.start();
    told.println();
    told.flush();
    while (true) {
      byte[] code;
      try {
        code = new byte[given.readInt()];
        given.readFully(code);
      } catch (EOFException end) {
        return;
      }
      lastAsked = System.nanoTime();
      parse(compiler, new String(code, StandardCharsets.UTF_8), told);
      told.println();
      told.flush();
    }
  }

  private static void parse(JavaCompiler compiler, String code, PrintStream told) throws IOException {
    DiagnosticCollector<JavaFileObject> found = new DiagnosticCollector<>();
    String release = String.valueOf(Runtime.version().feature());
    List<String> options = List.of("-proc:none", "--enable-preview", "-source", release);
    JavacTask task = (JavacTask) compiler.getTask(null, null, found, options, null, List.of(new Text(code)));
    try {
      task.parse();
    } catch (StackOverflowError tooDeep) {
      told.println("0\ttoo.deep\tit nests more deeply than javac can parse");
    }
    found.getDiagnostics().stream()
        .filter(one -> one.getKind() == Diagnostic.Kind.ERROR)
        .limit(MOST_ERRORS)
        .forEach(
            one -> {
              String message = one.getMessage(Locale.ENGLISH).replaceAll("\\s+", " ");
              told.println(one.getPosition() + "\t" + one.getCode() + "\t" + message);
            });
  }

  private static void endWhenIdle() {
    try {
      while (System.nanoTime() - lastAsked < IDLE_NANOS) {
        Thread.sleep(10_000);
      }
    } catch (InterruptedException asked) {
      return;
    }
    Runtime.getRuntime().halt(0);
  }
}
