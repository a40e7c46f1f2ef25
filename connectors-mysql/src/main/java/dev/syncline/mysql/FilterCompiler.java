package dev.syncline.mysql;

import dev.syncline.UnsupportedChangeException;
import dev.syncline.change.Column;
import dev.syncline.change.TableDefinition;
import dev.syncline.mysql.FilterNode.ColumnName;
import dev.syncline.mysql.FilterNode.Constant;
import dev.syncline.mysql.FilterNode.Operation;
import dev.syncline.mysql.FilterType.Whole;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Turns a condition into what can be evaluated for the rows of one table. Refuses whatever might be
 * evaluated otherwise by some server. Used once.
 */
final class FilterCompiler {
  private final TableDefinition table;
  private final SortedSet<Integer> columns = new TreeSet<>();
  private final List<String> problems = new ArrayList<>();

  FilterCompiler(TableDefinition table) {
    this.table = table;
  }

  /** The ordinals of the columns that the condition reads. */
  SortedSet<Integer> columns() {
    return columns;
  }

  /** All that keeps the condition from being evaluated; empty if nothing does. */
  List<String> problems() {
    return problems;
  }

  /** The condition as a whole. */
  FilterExpression condition(FilterNode node) {
    return part(node);
  }

  /** A part that is true or false. What is wrong with it does not hide what is wrong elsewhere. */
  private FilterExpression part(FilterNode node) {
    try {
      return truth(compile(node), node);
    } catch (FilterException e) {
      if (!problems.contains(e.getMessage())) {
        problems.add(e.getMessage());
      }
      return FilterExpression.NOTHING;
    }
  }

  private static FilterExpression truth(FilterExpression expression, FilterNode node) {
    if (expression.type() instanceof Whole || expression.isNothing()) {
      return expression;
    }
    throw new FilterException(
        "%s is %s, and servers differ in what of that is true; compare it with something."
            .formatted(FilterFunctions.shown(node), expression.type().words()));
  }

  private FilterExpression compile(FilterNode node) {
    if (node instanceof Constant constant) {
      return constant(constant);
    }
    if (node instanceof ColumnName column) {
      return column(column.name());
    }
    Operation operation = (Operation) node;
    List<FilterNode> nodes = operation.operands();
    return switch (operation.name()) {
      case "AND" -> chain(nodes, false);
      case "OR" -> chain(nodes, true);
      case "NOT" ->
          part(nodes.get(0))
              .then(Whole.TRUTH, value -> FilterExpression.truth(!FilterExpression.isTrue(value)));
      case "XOR" ->
          FilterExpression.join(
              Whole.TRUTH,
              part(nodes.get(0)),
              part(nodes.get(1)),
              (a, b) ->
                  FilterExpression.truth(FilterExpression.isTrue(a) != FilterExpression.isTrue(b)));
      case "IS TRUE" -> is(part(nodes.get(0)), true);
      case "IS FALSE" -> is(part(nodes.get(0)), false);
      case "IS NULL" -> {
        checkNullTest(nodes);
        yield isNull(compile(nodes.get(0)));
      }
      case "<=>" -> {
        checkNullTest(nodes);
        yield applied(operation, nodes.stream().map(this::compile).toList());
      }
      case "CASE" -> cases(nodes);
      default -> applied(operation, nodes.stream().map(this::compile).toList());
    };
  }

  private static FilterExpression applied(Operation operation, List<FilterExpression> operands) {
    String name = operation.name();
    try {
      return switch (name) {
        case "=", "<=>", "<>", "<", "<=", ">", ">=", "IN", "BETWEEN", "LIKE" ->
            FilterComparison.of(name, operands);
        case "+", "-", "*", "/", "DIV", "%", "&", "|", "NEGATIVE" ->
            FilterArithmetic.of(name, operands);
        case "ABS", "FLOOR", "CEILING", "ROUND", "TRUNCATE" -> FilterArithmetic.of(name, operands);
        case "CAST" -> FilterCasts.cast(operands.get(0), operation.detail());
        case "CONVERT" -> FilterCasts.convert(operands.get(0), operation.detail());
        case "COLLATE" -> FilterCasts.collate(operands.get(0), operation.detail());
        case "COALESCE" -> coalesce(operands);
        default -> FilterFunctions.of(name, operands);
      };
    } catch (FilterException e) {
      String shown = FilterFunctions.shown(operation);
      boolean placed = e.getMessage().startsWith("In ");
      throw placed ? e : new FilterException("In " + shown + ": " + e.getMessage());
    }
  }

  private FilterExpression chain(List<FilterNode> nodes, boolean decisive) {
    List<FilterExpression> parts = nodes.stream().map(this::part).toList();
    return FilterExpression.of(
        Whole.TRUTH,
        row -> {
          boolean unknown = false;
          for (FilterExpression part : parts) {
            Object value = part.value(row);
            if (value == null) {
              unknown = true;
            } else if (FilterExpression.isTrue(value) == decisive) {
              return FilterExpression.truth(decisive);
            }
          }
          return unknown ? null : FilterExpression.truth(!decisive);
        });
  }

  private static FilterExpression is(FilterExpression tested, boolean expected) {
    return FilterExpression.of(
        Whole.TRUTH,
        row -> {
          Object value = tested.value(row);
          return FilterExpression.truth(
              value != null && FilterExpression.isTrue(value) == expected);
        });
  }

  private static FilterExpression isNull(FilterExpression tested) {
    return FilterExpression.of(
        Whole.TRUTH, row -> FilterExpression.truth(tested.value(row) == null));
  }

  private FilterExpression cases(List<FilterNode> nodes) {
    int last = nodes.size() - 1;
    List<FilterExpression> conditions = new ArrayList<>();
    List<FilterExpression> results = new ArrayList<>();
    for (int i = 0; i < last; i += 2) {
      conditions.add(part(nodes.get(i)));
      results.add(compile(nodes.get(i + 1)));
    }
    results.add(compile(nodes.get(last)));
    FilterType type = FilterCasts.common(results);
    return FilterExpression.of(
        type,
        row -> {
          for (int i = 0; i < conditions.size(); i++) {
            Object value = conditions.get(i).value(row);
            if (value != null && FilterExpression.isTrue(value)) {
              return results.get(i).value(row);
            }
          }
          return results.get(results.size() - 1).value(row);
        });
  }

  private static FilterExpression coalesce(List<FilterExpression> operands) {
    return FilterExpression.of(
        FilterCasts.common(operands),
        row -> {
          for (FilterExpression operand : operands) {
            Object value = operand.value(row);
            if (value != null) {
              return value;
            }
          }
          return null;
        });
  }

  private static FilterExpression constant(Constant constant) {
    String value = constant.value();
    return switch (constant.kind()) {
      case NULL -> FilterExpression.NOTHING;
      case NUMBER -> number(value);
      case TEXT ->
          FilterExpression.constant(
              new FilterType.Text(FilterText.LITERAL, value.codePointCount(0, value.length())),
              value);
      case BYTES ->
          FilterExpression.constant(
              new FilterType.Bytes(value.length() / 2), HexFormat.of().parseHex(value));
      case DATE -> moment(value, FilterType.Moment.Kind.DATE);
      case TIME -> moment(value, FilterType.Moment.Kind.TIME);
      case TIMESTAMP -> {
        if (value.length() <= "2024-12-31".length()) {
          throw new FilterException(
              "TIMESTAMP'%s' has no time of day; write DATE'%s'.".formatted(value, value));
        }
        yield moment(value, FilterType.Moment.Kind.DATETIME);
      }
    };
  }

  private static FilterExpression moment(String text, FilterType.Moment.Kind kind) {
    return FilterExpression.constant(FilterType.Moment.of(kind), FilterMoments.literal(text, kind));
  }

  /** A number as a server reads it: whole ones that it cannot hold become decimals. */
  private static FilterExpression number(String text) {
    BigDecimal number = new BigDecimal(text);
    if (text.indexOf('.') < 0 && number.toBigInteger().compareTo(Whole.UNSIGNED_MAX) <= 0) {
      boolean isLarge = number.toBigInteger().compareTo(Whole.MAX) > 0;
      FilterType.Sign sign = isLarge ? FilterType.Sign.UNSIGNED : FilterType.Sign.SIGNED;
      return FilterExpression.constant(
          new Whole(number.toBigInteger(), number.toBigInteger(), sign), number);
    }
    int whole = Math.max(1, number.precision() - number.scale());
    FilterType.Decimal type = new FilterType.Decimal(whole, number.scale());
    if (!type.fits()) {
      throw new FilterException(
          "The number %s has more digits than servers keep (65, of them 30 behind the point)."
              .formatted(text));
    }
    return FilterExpression.constant(type, number);
  }

  /** Behind WHERE, and there alone, servers find days 0000-00-00 by this in some columns. */
  private void checkNullTest(List<FilterNode> tested) {
    for (FilterNode node : tested) {
      if (node instanceof ColumnName name) {
        Column column = table.columns().get(ordinal(name.name()));
        boolean day =
            compile(name).type() instanceof FilterType.Moment of
                && of.kind() != FilterType.Moment.Kind.TIME;
        if (day && !column.nullable()) {
          throw new FilterException(
              ("Column '%s' has no NULL, and servers take 0000-00-00 for it in some places only;"
                      + " compare it, as in day < '1000-01-01'.")
                  .formatted(column.name()));
        }
      }
    }
  }

  private int ordinal(String name) {
    int ordinal = 0;
    while (ordinal < table.columns().size()
        && !table.columns().get(ordinal).name().equalsIgnoreCase(name)) {
      ordinal++;
    }
    if (ordinal == table.columns().size()) {
      throw new FilterException("There is no column '%s'.".formatted(name));
    }
    return ordinal;
  }

  private FilterExpression column(String name) {
    int ordinal = ordinal(name);
    Column column = table.columns().get(ordinal);
    columns.add(ordinal);
    if (column.isGenerated()) {
      throw new FilterException(
          "Column '%s' is computed by the server, and the log need not have it; write what it is"
                  .formatted(name)
              + " computed from.");
    }
    try {
      return read(column, ordinal, MySqlTypes.nativeType(table.id(), column));
    } catch (UnsupportedChangeException e) {
      throw new FilterException(String.valueOf(e.getMessage()));
    }
  }

  private static FilterExpression read(Column column, int ordinal, NativeType type) {
    FilterType values = FilterColumns.type(column, type);
    return FilterExpression.of(
        values, new FilterExpression.ColumnValue(ordinal, FilterColumns.value(values)));
  }

  /** The bytes of a string in a condition. */
  static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
