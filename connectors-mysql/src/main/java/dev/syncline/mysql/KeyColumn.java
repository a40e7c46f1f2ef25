package dev.syncline.mysql;

import static dev.syncline.mysql.SqlNames.quote;

import dev.syncline.change.Column;
import dev.syncline.change.TableId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * How a column of a key is compared with a bound in SQL. The server does all comparing, with a
 * literal of the column's own type and character set, so that nothing is converted on the way and
 * the index is used.
 *
 * <p>A bound's text is what {@link #expression} gives for the bound's row: the server's own words
 * for the value, in characters that need no escaping.
 */
final class KeyColumn {
  private static final Pattern CHARSET = Pattern.compile("[a-z0-9_]+");

  private final String name;
  private final Form form;
  private final int bytes;

  private KeyColumn(String name, Form form, int bytes) {
    this.name = name;
    this.form = form;
    this.bytes = bytes;
  }

  /**
   * The texts and literals of a type.
   *
   * @param expression gives the text of a bound
   * @param text what such a text looks like
   * @param literal makes a literal of a text
   * @param labels of an ENUM, otherwise empty
   */
  private record Form(
      String expression, Pattern text, UnaryOperator<String> literal, List<String> labels) {

    static Form of(String expression, String text, UnaryOperator<String> literal) {
      return new Form(expression, Pattern.compile(text), literal, List.of());
    }

    static Form hex(String name, String introducer) {
      UnaryOperator<String> literal = hex -> introducer + "x'" + hex + "'";
      return of("HEX(" + name + ")", "([0-9A-F]{2})*", literal);
    }
  }

  /** The way to compare a column; empty if its type has no order that bounds can be cut by. */
  static Optional<KeyColumn> of(TableId table, Column column) {
    String name = quote(column.name());
    NativeType type = MySqlTypes.nativeType(table, column);
    return switch (column.type().kind()) {
      case INTEGER, YEAR -> plain(name, Form.of(name, "-?\\d{1,20}", UnaryOperator.identity()));
      case DECIMAL ->
          plain(
              name, Form.of(asText(name), "-?\\d{1,65}(\\.\\d{1,38})?", UnaryOperator.identity()));
      case DATE, DATE_TIME, INSTANT, TIME ->
          plain(name, Form.of(asText(name), "[-0-9:. ]{1,30}", KeyColumn::quotedText));
      case ENUM -> {
        Form byIndex =
            Form.of("CAST(" + name + " AS UNSIGNED)", "\\d{1,5}", UnaryOperator.identity());
        yield plain(
            name, new Form(byIndex.expression, byIndex.text, byIndex.literal, type.labels()));
      }
      case TEXT -> text(name, type, column.type().charset());
      case BINARY -> bytes(name, type, Form.hex(name, ""), 1);
      // Floating point has no exact text, and the others no order that is worth it.
      case FLOAT, DOUBLE, BITS, SET, JSON, GEOMETRY -> Optional.empty();
    };
  }

  /** As the server spells it; the driver might choose another way, such as 1E-30. */
  private static String asText(String name) {
    return "CAST(" + name + " AS CHAR)";
  }

  private static Optional<KeyColumn> plain(String name, Form form) {
    return Optional.of(new KeyColumn(name, form, Long.BYTES));
  }

  private static Optional<KeyColumn> text(String name, NativeType type, String charset) {
    if (!CHARSET.matcher(charset).matches()) {
      return Optional.empty();
    }
    int perCharacter =
        MySqlCharset.named(charset).map(MySqlCharset::maxBytesPerCharacter).orElse(4);
    return bytes(name, type, Form.hex(name, "_" + charset + " "), perCharacter);
  }

  private static Optional<KeyColumn> bytes(
      String name, NativeType type, Form form, int bytesPerCharacter) {
    return switch (type.base()) {
      case CHAR, VARCHAR, BINARY, VARBINARY ->
          Optional.of(new KeyColumn(name, form, type.length() * bytesPerCharacter));
      // A TEXT or BLOB as a whole is in hash indexes only, which have no order.
      default -> Optional.empty();
    };
  }

  /** The column's name in quotes. */
  String name() {
    return name;
  }

  /** What to select to have the text of a bound. */
  String expression() {
    return form.expression;
  }

  /** About how many bytes of an index entry the column may take. */
  int bytes() {
    return bytes;
  }

  /** Whether this is the text of a bound of this column. */
  boolean isText(String bound) {
    return form.text.matcher(bound).matches();
  }

  /**
   * A condition on the column.
   *
   * @param comparison {@code =}, {@code <}, {@code <=} or {@code >}
   */
  String is(String comparison, String bound) {
    return form.labels.isEmpty()
        ? name + " " + comparison + " " + form.literal.apply(bound)
        : isLabel(comparison, bound);
  }

  /**
   * An ENUM is ordered by the index of its label but compared as text: the index decides here, and
   * the list of labels is what lets the server look into the key.
   */
  private String isLabel(String comparison, String bound) {
    int index = Integer.parseInt(bound);
    String byIndex = form.expression + " " + comparison + " " + bound;
    List<String> matching = new ArrayList<>();
    for (int i = 0; i <= form.labels.size(); i++) {
      if (holds(Integer.compare(i, index), comparison)) {
        // Index 0 is what the server stores for a text that is no label; it reads as empty text.
        matching.add(i == 0 ? "" : form.labels.get(i - 1));
      }
    }
    if (matching.isEmpty()) {
      return "FALSE";
    }
    if (holds(Integer.compare(0, index), comparison) && form.labels.contains("")) {
      // Looked up in the key, empty text is the label alone.
      return byIndex;
    }
    String list = matching.stream().map(KeyColumn::quotedText).collect(Collectors.joining(", "));
    return "(" + name + " IN (" + list + ") AND " + byIndex + ")";
  }

  /** A literal, under a sql_mode with back-slash escapes. */
  private static String quotedText(String text) {
    return "'" + text.replace("\\", "\\\\").replace("'", "''") + "'";
  }

  private static boolean holds(int order, String comparison) {
    return switch (comparison) {
      case "=" -> order == 0;
      case "<" -> order < 0;
      case "<=" -> order <= 0;
      case ">" -> order > 0;
      default -> throw new IllegalArgumentException("No comparison: " + comparison);
    };
  }
}
