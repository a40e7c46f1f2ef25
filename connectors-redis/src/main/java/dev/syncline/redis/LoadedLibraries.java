package dev.syncline.redis;

import dev.syncline.change.KeyCommand;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The libraries of functions that a job has loaded at the target, as its record says and as the
 * commands change it that are on their way. What a copy does not bring of them the source has
 * deleted; libraries of somebody else are not among them. Used by one thread.
 */
final class LoadedLibraries {

  private static final String NAME = "name=";

  private final Set<String> names = new TreeSet<>();

  /** Those that the copy under way has brought; null if there is none, or it cannot be told. */
  private @Nullable Set<String> brought;

  /** Those of a record, see {@link #text()}. */
  LoadedLibraries(String recorded) {
    if (!recorded.isEmpty()) {
      names.addAll(List.of(recorded.split(",", -1)));
    }
  }

  /** What is recorded: letters, digits and underscores are all that names may have. */
  String text() {
    return String.join(",", names);
  }

  /**
   * Follows commands that are sent next: FUNCTION LOAD, DELETE, FLUSH and RESTORE.
   *
   * @return whether what is recorded changes
   */
  boolean follow(List<KeyCommand> functions) {
    if (functions.isEmpty()) {
      return false;
    }
    String before = text();
    functions.forEach(this::follow);
    return !text().equals(before);
  }

  private void follow(KeyCommand command) {
    byte[] what = command.argument(1);
    if (Words.is(what, "LOAD")) {
      load(name(command.argument(command.size() - 1)));
    } else if (Words.is(what, "DELETE")) {
      names.remove(new String(command.argument(2), StandardCharsets.ISO_8859_1));
    } else if (Words.is(what, "FLUSH") || Words.is(command.argument(command.size() - 1), "FLUSH")) {
      // Which ones a RESTORE brings is not known, so they are not recorded.
      names.clear();
    }
  }

  private void load(@Nullable String name) {
    if (name == null) {
      brought = null;
      return;
    }
    names.add(name);
    if (brought != null) {
      brought.add(name);
    }
  }

  /**
   * The name in the first line of a library's code, {@code #!lua name=mylib}; null if it is not
   * written so plainly.
   */
  static @Nullable String name(byte[] code) {
    String text = new String(code, StandardCharsets.ISO_8859_1);
    int end = text.indexOf('\n');
    String[] words = text.substring(0, Math.max(0, end)).strip().split("\\s+", -1);
    boolean plain =
        words.length == 2
            && words[0].startsWith("#!")
            && words[1].regionMatches(true, 0, NAME, 0, NAME.length());
    String name = plain ? words[1].substring(NAME.length()) : "";
    return name.matches("[A-Za-z0-9_]+") ? name : null;
  }

  /** A copy begins, which brings all libraries that the source has. */
  void beginCopy() {
    brought = new TreeSet<>();
  }

  /**
   * A copy ends.
   *
   * @return those that it has not brought, which are not noted any more
   */
  Set<String> endCopy() {
    if (brought == null) {
      return Set.of();
    }
    Set<String> gone = new TreeSet<>(names);
    gone.removeAll(brought);
    names.retainAll(brought);
    brought = null;
    return gone;
  }
}
