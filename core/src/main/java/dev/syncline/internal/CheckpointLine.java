package dev.syncline.internal;

import java.util.ArrayList;
import java.util.List;

/**
 * A line of a checkpoint: a word and fields, with tabs between them. Tabs, line ends and
 * backslashes inside a field are escaped.
 */
final class CheckpointLine {

  private CheckpointLine() {}

  static void append(StringBuilder out, String word, Object... fields) {
    out.append(word);
    for (Object field : fields) {
      out.append('\t');
      escape(out, field.toString());
    }
    out.append('\n');
  }

  private static void escape(StringBuilder out, String text) {
    int from = 0;
    for (int i = 0; i < text.length(); i++) {
      String escaped =
          switch (text.charAt(i)) {
            case '\\' -> "\\\\";
            case '\t' -> "\\t";
            case '\n' -> "\\n";
            case '\r' -> "\\r";
            default -> "";
          };
      if (!escaped.isEmpty()) {
        out.append(text, from, i).append(escaped);
        from = i + 1;
      }
    }
    out.append(text, from, text.length());
  }

  /**
   * The word and the fields of a line.
   *
   * @throws IllegalArgumentException if it has an escape that is none
   */
  static List<String> fields(String line) {
    List<String> fields = new ArrayList<>();
    int from = 0;
    for (int tab = line.indexOf('\t'); tab >= 0; tab = line.indexOf('\t', from)) {
      fields.add(unescape(line.substring(from, tab)));
      from = tab + 1;
    }
    fields.add(unescape(line.substring(from)));
    return fields;
  }

  private static String unescape(String field) {
    if (field.indexOf('\\') < 0) {
      return field;
    }
    StringBuilder text = new StringBuilder();
    boolean escaped = false;
    for (int i = 0; i < field.length(); i++) {
      char c = field.charAt(i);
      if (escaped) {
        text.append(unescape(c));
        escaped = false;
      } else if (c == '\\') {
        escaped = true;
      } else {
        text.append(c);
      }
    }
    if (escaped) {
      throw new IllegalArgumentException("it ends inside an escape.");
    }
    return text.toString();
  }

  private static char unescape(char escaped) {
    return switch (escaped) {
      case '\\' -> '\\';
      case 't' -> '\t';
      case 'n' -> '\n';
      case 'r' -> '\r';
      default -> throw new IllegalArgumentException("it has an unknown escape.");
    };
  }
}
