package dev.syncline.mysql;

import dev.syncline.change.TableDefinition;
import java.util.ArrayList;
import java.util.List;

/**
 * A condition on the rows of a table, in MySQL's words, of which it is known that it is one.
 * Immutable.
 */
final class RowFilter {
  private final String written;
  private final FilterNode condition;

  private RowFilter(String written, FilterNode condition) {
    this.written = written;
    this.condition = condition;
  }

  /**
   * Reads a condition.
   *
   * @throws IllegalArgumentException if it is none, or holds what is not evaluated here; the
   *     message says where, and what may stand there
   */
  static RowFilter parse(String text) {
    try {
      return new RowFilter(text, FilterParser.parse(text));
    } catch (FilterException e) {
      throw new IllegalArgumentException(
          "Cannot take '%s' as a condition. %s".formatted(text, e.getMessage()), e);
    }
  }

  /** The parts of the condition that are operations, from the whole to the smallest. */
  List<RowFilter> parts() {
    List<RowFilter> parts = new ArrayList<>();
    if (condition instanceof FilterNode.Operation operation) {
      parts.add(this);
      for (FilterNode operand : operation.operands()) {
        parts.addAll(new RowFilter(operand.text(), operand).parts());
      }
    }
    return parts;
  }

  /** What keeps the condition from being evaluated for a table; empty if nothing does. */
  List<String> problems(TableDefinition table) {
    FilterCompiler compiler = new FilterCompiler(table);
    FilterExpression unused = compiler.condition(condition);
    return compiler.problems();
  }

  /**
   * The condition for the rows of a table.
   *
   * @throws IllegalArgumentException if it cannot be evaluated exactly; the message has all reasons
   */
  TableFilter compile(TableDefinition table) {
    FilterCompiler compiler = new FilterCompiler(table);
    FilterExpression expression = compiler.condition(condition);
    if (!compiler.problems().isEmpty()) {
      throw new IllegalArgumentException(
          "Cannot evaluate the condition '%s' for the rows of table '%s': %s"
              .formatted(written, table.id(), String.join(" ", compiler.problems())));
    }
    return new TableFilter(table, text(), List.copyOf(compiler.columns()), expression);
  }

  /** The condition in a form that every server reads the same. */
  String text() {
    return condition.text();
  }

  /** The condition as it was given. */
  @Override
  public String toString() {
    return written;
  }
}
