package dev.syncline.mysql;

import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;

/**
 * A piece of a condition, as it was parsed. {@link #text} prints it so that every server reads the
 * same: all names are quoted, all operations stand in parentheses. Immutable.
 */
sealed interface FilterNode {

  /** The condition in normal form. */
  String text();

  /** What a literal is. */
  enum Literal {
    NULL,
    NUMBER,
    TEXT,
    BYTES,
    DATE,
    TIME,
    TIMESTAMP
  }

  /**
   * A value that stands in the condition.
   *
   * @param value the number as written, the text without quotes, or bytes in hexadecimal digits
   */
  record Constant(Literal kind, String value) implements FilterNode {
    static final Constant NULL = new Constant(Literal.NULL, "");

    /** Checks that nothing is missing. */
    public Constant {
      Objects.requireNonNull(kind, "kind");
      Objects.requireNonNull(value, "value");
    }

    static Constant number(long number) {
      return new Constant(Literal.NUMBER, Long.toString(number));
    }

    @Override
    public String text() {
      return switch (kind) {
        case NULL -> "NULL";
        case NUMBER -> value;
        case BYTES -> "X'" + value + "'";
        case TEXT -> quoted();
        case DATE, TIME, TIMESTAMP -> kind + quoted();
      };
    }

    private String quoted() {
      StringBuilder sql = new StringBuilder();
      SqlLiterals.appendText(sql, value);
      return sql.toString();
    }
  }

  /** A column of the table, by its name in any case. */
  record ColumnName(String name) implements FilterNode {
    @Override
    public String text() {
      return SqlNames.quote(name);
    }
  }

  /**
   * An operator or a function with what it is applied to.
   *
   * @param name the operator, or the function in capital letters
   * @param detail the type of a CAST, the collation of a COLLATE, the character set of a CONVERT;
   *     otherwise empty
   */
  record Operation(String name, String detail, List<FilterNode> operands) implements FilterNode {
    /** Copies the list. */
    public Operation {
      operands = List.copyOf(operands);
    }

    static Operation of(String name, FilterNode... operands) {
      return new Operation(name, "", List.of(operands));
    }

    FilterNode operand(int place) {
      return operands.get(place);
    }

    @Override
    public String text() {
      return switch (name) {
        case "<=>" -> nullSafe();
        case "AND", "OR", "XOR", "=", "<>", "<", "<=", ">", ">=" -> infix();
        case "+", "-", "*", "/", "DIV", "%", "&", "|" -> infix();
        case "NOT" -> "(NOT " + operand(0).text() + ")";
        case "NEGATIVE" -> "(- " + operand(0).text() + ")";
        case "IS NULL", "IS TRUE", "IS FALSE" -> "(" + operand(0).text() + " " + name + ")";
        case "IN" -> "(" + operand(0).text() + " IN (" + list(1) + "))";
        case "BETWEEN" ->
            "(%s BETWEEN %s AND %s)"
                .formatted(operand(0).text(), operand(1).text(), operand(2).text());
        case "LIKE" ->
            "(%s LIKE %s%s)"
                .formatted(
                    operand(0).text(),
                    operand(1).text(),
                    operands.size() < 3 ? "" : " ESCAPE " + operand(2).text());
        case "COLLATE" -> "(" + operand(0).text() + " COLLATE " + detail + ")";
        case "CAST" -> "CAST(" + operand(0).text() + " AS " + detail + ")";
        case "CONVERT" -> "CONVERT(" + operand(0).text() + " USING " + detail + ")";
        case "CASE" -> cases();
        default -> name + "(" + list(0) + ")";
      };
    }

    private String infix() {
      return operands.stream()
          .map(FilterNode::text)
          .collect(Collectors.joining(" " + name + " ", "(", ")"));
    }

    /** In other words, since a server takes the answer for NULL if it stands inside of others. */
    private String nullSafe() {
      return "((%1$s = %2$s OR (%1$s IS NULL AND %2$s IS NULL)) IS TRUE)"
          .formatted(operand(0).text(), operand(1).text());
    }

    private String list(int from) {
      return operands.stream().skip(from).map(FilterNode::text).collect(Collectors.joining(", "));
    }

    /** Conditions and results in turn, at the end what is left. */
    private String cases() {
      StringBuilder sql = new StringBuilder("(CASE");
      int last = operands.size() - 1;
      for (int i = 0; i < last; i += 2) {
        sql.append(" WHEN ").append(operand(i).text());
        sql.append(" THEN ").append(operand(i + 1).text());
      }
      return sql.append(" ELSE ").append(operand(last).text()).append(" END)").toString();
    }
  }
}
