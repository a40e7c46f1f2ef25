package dev.syncline.mysql;

import dev.syncline.mysql.FilterType.Bytes;
import dev.syncline.mysql.FilterType.Moment;
import dev.syncline.mysql.FilterType.Text;
import dev.syncline.mysql.FilterType.Whole;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.ToLongFunction;

/** Functions of text, bytes and moments. */
final class FilterFunctions {
  private static final int MOST_SHOWN = 80;
  private static final long MINUTE_SECONDS = 60;
  private static final long HOUR_SECONDS = 3_600;

  /** Longer results are NULL on servers with small packets. */
  private static final long MOST_JOINED = 1L << 18;

  private FilterFunctions() {}

  /** A part of a condition, for messages. */
  static String shown(FilterNode node) {
    String text = node.text();
    return text.length() <= MOST_SHOWN ? text : text.substring(0, MOST_SHOWN) + "...";
  }

  static FilterExpression of(String name, List<FilterExpression> operands) {
    FilterExpression operand = operands.get(0);
    if (operands.stream().anyMatch(FilterExpression::isNothing)) {
      return FilterExpression.NOTHING;
    }
    return switch (name) {
      case "LENGTH" -> length(operand);
      case "CHAR_LENGTH" -> characters(operand);
      case "LOWER", "UPPER" -> cased(operand, name.equals("LOWER"));
      case "TRIM", "LTRIM", "RTRIM" -> trimmed(operand, name);
      case "CONCAT" -> joined(operands);
      case "SUBSTRING", "LEFT", "RIGHT" -> cut(name, operands);
      case "DATE", "YEAR", "MONTH", "DAYOFMONTH", "HOUR", "MINUTE", "SECOND" -> part(name, operand);
      default -> throw new IllegalStateException(name);
    };
  }

  private static Text text(FilterExpression operand) {
    if (operand.type() instanceof Text text && text.order().hasCharacters()) {
      return text;
    }
    String advice =
        operand.type() instanceof Text ? "; write CONVERT(... USING utf8mb4) in its place" : "";
    throw new FilterException(
        "The function takes text in utf8mb4, utf8mb3, latin1 or ascii, and this is %s%s."
            .formatted(operand.type().words(), advice));
  }

  private static FilterExpression length(FilterExpression operand) {
    if (operand.type() instanceof Bytes bytes) {
      return operand.then(Whole.between(0, bytes.most()), value -> count(((byte[]) value).length));
    }
    Text text = text(operand);
    boolean utf8 = text.order().isUtf8();
    return operand.then(
        Whole.between(0, 4 * text.most()),
        value ->
            count(utf8 ? FilterCompiler.bytes((String) value).length : ((String) value).length()));
  }

  private static BigDecimal count(long number) {
    return BigDecimal.valueOf(number);
  }

  private static FilterExpression characters(FilterExpression operand) {
    Text text = text(operand);
    return operand.then(
        Whole.between(0, text.most()),
        value -> count(((String) value).codePointCount(0, ((String) value).length())));
  }

  private static FilterExpression cased(FilterExpression operand, boolean lower) {
    Text text = text(operand);
    if (!text.order().isAscii()) {
      throw new FilterException(
          "Servers differ in upper and lower case of letters beyond ASCII, so it is evaluated for"
              + " columns in ascii only; compare with each spelling.");
    }
    return operand.then(
        text,
        value ->
            lower
                ? ((String) value).toLowerCase(Locale.ROOT)
                : ((String) value).toUpperCase(Locale.ROOT));
  }

  private static FilterExpression trimmed(FilterExpression operand, String name) {
    Text text = text(operand);
    return operand.then(
        text,
        value -> {
          String from = (String) value;
          int start = 0;
          int end = from.length();
          while (!name.equals("RTRIM") && start < end && from.charAt(start) == ' ') {
            start++;
          }
          while (!name.equals("LTRIM") && start < end && from.charAt(end - 1) == ' ') {
            end--;
          }
          return from.substring(start, end);
        });
  }

  private static FilterExpression joined(List<FilterExpression> operands) {
    FilterText order = FilterText.LITERAL;
    long most = 0;
    for (FilterExpression operand : operands) {
      Text text = text(operand);
      order = FilterText.of(order, text.order());
      most += text.most();
    }
    if (most > MOST_JOINED) {
      throw new FilterException(
          "CONCAT of columns that may hold long text may be too long for a server.");
    }
    for (FilterExpression operand : operands) {
      if (operand.literal() != null) {
        order.checkHolds(operand.literal());
      }
    }
    return FilterExpression.of(
        new Text(order, most),
        row -> {
          StringBuilder text = new StringBuilder();
          for (FilterExpression operand : operands) {
            Object value = operand.value(row);
            if (value == null) {
              return null;
            }
            text.append(value);
          }
          return text.toString();
        });
  }

  private static FilterExpression cut(String name, List<FilterExpression> operands) {
    FilterExpression operand = operands.get(0);
    int from = number(operands.get(1));
    int length = operands.size() < 3 ? Integer.MAX_VALUE : number(operands.get(2));
    if (operand.type() instanceof Bytes bytes) {
      return operand.then(
          bytes,
          value -> {
            int[] part = part(name, ((byte[]) value).length, from, length);
            return Arrays.copyOfRange((byte[]) value, part[0], part[1]);
          });
    }
    Text text = text(operand);
    return operand.then(
        text,
        value -> {
          String of = (String) value;
          int[] part = part(name, of.codePointCount(0, of.length()), from, length);
          int start = of.offsetByCodePoints(0, part[0]);
          return of.substring(start, of.offsetByCodePoints(start, part[1] - part[0]));
        });
  }

  private static int number(FilterExpression operand) {
    if (operand.type() instanceof Whole
        && operand.constant() instanceof BigDecimal number
        && number.abs().compareTo(BigDecimal.valueOf(Integer.MAX_VALUE)) <= 0) {
      return number.intValue();
    }
    throw new FilterException("Places and lengths are whole numbers that stand in the condition.");
  }

  /** From where to where the part reaches of something that is so long. */
  private static int[] part(String name, int size, int number, int length) {
    if (name.equals("LEFT")) {
      return new int[] {0, Math.max(0, Math.min(size, number))};
    }
    if (name.equals("RIGHT")) {
      return new int[] {size - Math.max(0, Math.min(size, number)), size};
    }
    int start = number > 0 ? number - 1 : size + number;
    if (number == 0 || start < 0 || start >= size || length <= 0) {
      return new int[] {0, 0};
    }
    return new int[] {start, (int) Math.min(size, (long) start + length)};
  }

  private static FilterExpression part(String name, FilterExpression operand) {
    if (!(operand.type() instanceof Moment moment)) {
      throw new FilterException(
          ("%s takes a date or a time, and this is %s; write DATE'...' or TIMESTAMP'...' for"
                  + " strings.")
              .formatted(name, operand.type().words()));
    }
    boolean isSpan = moment.kind() == Moment.Kind.TIME;
    boolean ofTime = List.of("HOUR", "MINUTE", "SECOND").contains(name);
    if (isSpan != ofTime && (isSpan || moment.kind() == Moment.Kind.DATE)) {
      throw new FilterException(name + " is evaluated for no " + moment.kind() + ".");
    }
    if (name.equals("DATE")) {
      return operand.then(Moment.of(Moment.Kind.DATE), value -> FilterMoments.day((Long) value));
    }
    ToLongFunction<Long> part =
        switch (name) {
          case "YEAR" -> FilterMoments::year;
          case "MONTH" -> FilterMoments::month;
          case "DAYOFMONTH" -> FilterMoments::dayOfMonth;
          case "HOUR" -> isSpan ? FilterFunctions::hours : FilterMoments::hour;
          case "MINUTE" -> isSpan ? FilterFunctions::minutes : FilterMoments::minute;
          default -> isSpan ? FilterFunctions::seconds : FilterMoments::second;
        };
    return operand.then(Whole.between(0, 9_999), value -> count(part.applyAsLong((Long) value)));
  }

  private static long hours(long micros) {
    return FilterMoments.ofSpan(micros, HOUR_SECONDS, Long.MAX_VALUE);
  }

  private static long minutes(long micros) {
    return FilterMoments.ofSpan(micros, MINUTE_SECONDS, MINUTE_SECONDS);
  }

  private static long seconds(long micros) {
    return FilterMoments.ofSpan(micros, 1, MINUTE_SECONDS);
  }
}
