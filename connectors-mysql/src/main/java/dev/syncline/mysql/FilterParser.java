package dev.syncline.mysql;

import dev.syncline.mysql.FilterNode.ColumnName;
import dev.syncline.mysql.FilterNode.Constant;
import dev.syncline.mysql.FilterNode.Literal;
import dev.syncline.mysql.FilterNode.Operation;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Reads a condition as MySQL and MariaDB read what stands behind WHERE, in a session without {@code
 * ANSI_QUOTES}, {@code PIPES_AS_CONCAT}, {@code HIGH_NOT_PRECEDENCE} and {@code
 * NO_BACKSLASH_ESCAPES}. One method for each level of precedence. Used once.
 */
final class FilterParser {
  private static final int MOST_CHARACTERS = 16_384;
  private static final int MOST_LEVELS = 100;
  private static final int MOST_OPERATIONS = 2_000;
  private static final List<String> COMPARISONS =
      List.of("<=>", "<>", "!=", "<=", ">=", "=", "<", ">");
  private static final String TESTS = "NULL, TRUE, FALSE or UNKNOWN";

  private final FilterTokens tokens;
  private int levels;
  private int operations;

  private FilterParser(String text) {
    this.tokens = new FilterTokens(text);
  }

  /**
   * The condition behind a text.
   *
   * @throws FilterException if it is none, or holds what is not evaluated here
   */
  static FilterNode parse(String text) {
    if (text.length() > MOST_CHARACTERS) {
      throw new FilterException(
          "It has %d characters; at most %d are read.".formatted(text.length(), MOST_CHARACTERS));
    }
    FilterParser parser = new FilterParser(text);
    if (parser.tokens.current().isEnd()) {
      throw new FilterException("It is empty.");
    }
    FilterNode condition = parser.condition();
    if (!parser.tokens.current().isEnd()) {
      parser.checkRefused();
      throw parser.tokens.unexpected("an operator or the end");
    }
    return condition;
  }

  private Operation operation(String name, FilterNode... operands) {
    return operation(name, "", List.of(operands));
  }

  private Operation operation(String name, String detail, List<FilterNode> operands) {
    operations++;
    if (operations > MOST_OPERATIONS) {
      throw new FilterException("It has more than " + MOST_OPERATIONS + " operations.");
    }
    return new Operation(name, detail, operands);
  }

  private void enter() {
    levels++;
    if (levels > MOST_LEVELS) {
      throw new FilterException("It is nested more than " + MOST_LEVELS + " levels deep.");
    }
  }

  /** What binds least: OR. */
  private FilterNode condition() {
    enter();
    FilterNode first = exclusiveOr();
    List<FilterNode> all = new ArrayList<>(List.of(first));
    while (tokens.skip("OR") || tokens.skipSymbols("||")) {
      all.add(exclusiveOr());
    }
    levels--;
    return all.size() == 1 ? first : operation("OR", "", all);
  }

  private FilterNode exclusiveOr() {
    FilterNode left = and();
    while (tokens.skip("XOR")) {
      left = operation("XOR", left, and());
    }
    return left;
  }

  private FilterNode and() {
    FilterNode first = not();
    List<FilterNode> all = new ArrayList<>(List.of(first));
    while (tokens.skip("AND") || tokens.skipSymbols("&&")) {
      all.add(not());
    }
    return all.size() == 1 ? first : operation("AND", "", all);
  }

  private FilterNode not() {
    if (!tokens.skip("NOT")) {
      return comparison();
    }
    enter();
    FilterNode negated = operation("NOT", not());
    levels--;
    return negated;
  }

  private FilterNode comparison() {
    FilterNode left = predicate();
    while (true) {
      if (tokens.skip("IS")) {
        boolean negated = tokens.skip("NOT");
        String keyword = tokens.current().keyword();
        left = test(left, keyword);
        left = negated ? operation("NOT", left) : left;
        if (!keyword.equals("NULL")) {
          return left;
        }
        continue;
      }
      String operator = COMPARISONS.stream().filter(tokens::isAt).findFirst().orElse("");
      if (operator.isEmpty() || tokens.isAt("<<") || tokens.isAt(">>")) {
        return left;
      }
      boolean unused = tokens.skipSymbols(operator);
      left = operation(operator.equals("!=") ? "<>" : operator, left, predicate());
      checkNotNested(left);
    }
  }

  /** It is printed with both sides twice. */
  private static void checkNotNested(FilterNode node) {
    Operation operation = (Operation) node;
    if (operation.name().equals("<=>")
        && operation.operands().stream().anyMatch(FilterParser::isNullSafe)) {
      throw new FilterException("One <=> stands inside of another; write = and IS NULL.");
    }
  }

  private static boolean isNullSafe(FilterNode node) {
    return node instanceof Operation operation
        && (operation.name().equals("<=>")
            || operation.operands().stream().anyMatch(FilterParser::isNullSafe));
  }

  private FilterNode test(FilterNode tested, String keyword) {
    FilterNode test =
        switch (keyword) {
          case "NULL", "UNKNOWN" -> operation("IS NULL", tested);
          case "TRUE", "FALSE" -> operation("IS " + keyword, tested);
          default -> throw tokens.unexpected(TESTS);
        };
    tokens.next();
    return test;
  }

  private FilterNode predicate() {
    FilterNode tested = bitwiseOr();
    boolean negated = tokens.skip("NOT");
    FilterNode found = null;
    if (tokens.skip("IN")) {
      found = in(tested);
    } else if (tokens.skip("BETWEEN")) {
      FilterNode low = bitwiseOr();
      tokens.expect("AND");
      enter();
      found = operation("BETWEEN", tested, low, predicate());
      levels--;
    } else if (tokens.skip("LIKE")) {
      found = like(tested);
    } else {
      checkRefused();
      if (negated) {
        throw tokens.unexpected("IN, BETWEEN or LIKE");
      }
      return tested;
    }
    return negated ? operation("NOT", found) : found;
  }

  private FilterNode in(FilterNode tested) {
    tokens.expect('(');
    List<FilterNode> operands = new ArrayList<>(List.of(tested));
    do {
      operands.add(condition());
    } while (tokens.skip(','));
    tokens.expect(')');
    return operation("IN", "", operands);
  }

  private FilterNode like(FilterNode tested) {
    FilterNode pattern = unary();
    return tokens.skip("ESCAPE")
        ? operation("LIKE", tested, pattern, unary())
        : operation("LIKE", tested, pattern);
  }

  /** Refuses by name what MySQL reads and this does not. */
  private void checkRefused() {
    String keyword = tokens.current().keyword();
    if (Set.of("REGEXP", "RLIKE", "SOUNDS", "MEMBER").contains(keyword)) {
      throw new FilterException(
          "%s%s is not evaluated here: servers differ in it. Use LIKE, or comparisons."
              .formatted(keyword, tokens.place()));
    }
    if (tokens.current().isSymbol('@') || tokens.current().isSymbol('?')) {
      throw new FilterException(
          "A variable%s has no value in the log; write the value.".formatted(tokens.place()));
    }
    for (String symbol : FilterGrammar.refusedSymbols()) {
      if (tokens.isAt(symbol)) {
        throw new FilterException(
            "The operator %s%s is not evaluated here.".formatted(symbol, tokens.place()));
      }
    }
  }

  private FilterNode bitwiseOr() {
    FilterNode left = bitwiseAnd();
    while (!tokens.isAt("||") && tokens.skip('|')) {
      left = operation("|", left, bitwiseAnd());
    }
    return left;
  }

  private FilterNode bitwiseAnd() {
    FilterNode left = sum();
    while (!tokens.isAt("&&") && tokens.skip('&')) {
      left = operation("&", left, sum());
    }
    return left;
  }

  private FilterNode sum() {
    FilterNode left = product();
    while (true) {
      if (tokens.skip('+')) {
        left = operation("+", left, product());
      } else if (!tokens.isAt("->") && tokens.skip('-')) {
        left = operation("-", left, product());
      } else {
        return left;
      }
    }
  }

  private FilterNode product() {
    FilterNode left = unary();
    while (true) {
      if (tokens.skip('*')) {
        left = operation("*", left, unary());
      } else if (tokens.skip('/')) {
        left = operation("/", left, unary());
      } else if (tokens.skip('%') || tokens.skip("MOD")) {
        left = operation("%", left, unary());
      } else if (tokens.skip("DIV")) {
        left = operation("DIV", left, unary());
      } else {
        return left;
      }
    }
  }

  private FilterNode unary() {
    checkRefused();
    enter();
    FilterNode result;
    if (tokens.skip('-')) {
      result = operation("NEGATIVE", unary());
    } else if (tokens.skip('+')) {
      result = unary();
    } else if (!tokens.isAt("!=") && tokens.skip('!')) {
      result = operation("NOT", unary());
    } else if (tokens.skip("BINARY")) {
      result = operation("CAST", "BINARY", List.of(unary()));
    } else {
      result = primary();
      while (tokens.skip("COLLATE")) {
        result = operation("COLLATE", plainWord("the name of a collation"), List.of(result));
      }
    }
    levels--;
    return result;
  }

  /** A word that is printed as it is, so it must be one. */
  private String plainWord(String what) {
    SqlToken token = tokens.current();
    if (token.kind() != SqlToken.Kind.WORD || !token.text().matches("[A-Za-z0-9_]+")) {
      throw tokens.unexpected(what);
    }
    tokens.next();
    return token.text().toLowerCase(Locale.ROOT);
  }

  private String digits() {
    SqlToken token = tokens.current();
    if (token.kind() != SqlToken.Kind.NUMBER || !token.text().matches("[0-9]+")) {
      throw tokens.unexpected("a number");
    }
    tokens.next();
    return token.text();
  }

  private FilterNode primary() {
    if (tokens.skip('(')) {
      FilterNode inner = condition();
      if (tokens.current().isSymbol(',')) {
        throw new FilterException(
            "A row of values%s is not evaluated here; compare its parts."
                .formatted(tokens.place()));
      }
      tokens.expect(')');
      return inner;
    }
    if (tokens.isAtNumber()) {
      return tokens.number();
    }
    return switch (tokens.current().kind()) {
      case STRING -> new Constant(Literal.TEXT, tokens.string());
      case QUOTED -> column(tokens.current().text());
      case WORD -> word();
      case HEX -> tokens.hex();
      case NUMBER -> tokens.number();
      case BITS ->
          throw new FilterException(
              "Bits%s are not evaluated here; write a number.".formatted(tokens.place()));
      case SYMBOL, END -> throw tokens.unexpected("a column, a value, a function or '('");
    };
  }

  private FilterNode word() {
    String place = tokens.place();
    String text = tokens.current().text();
    String keyword = tokens.current().keyword();
    switch (keyword) {
      case "NULL", "TRUE", "FALSE" -> {
        tokens.next();
        return keyword.equals("NULL")
            ? Constant.NULL
            : Constant.number(keyword.equals("TRUE") ? 1 : 0);
      }
      case "CASE" -> {
        tokens.next();
        return cases();
      }
      case "SELECT", "EXISTS", "WITH" ->
          throw new FilterException(
              "A subquery begins%s; a condition sees one row of its table only.".formatted(place));
      default -> {}
    }
    FilterGrammar.checkWord(keyword, place);
    if (FilterGrammar.isReserved(keyword) && !Set.of("BINARY", "MOD").contains(keyword)) {
      throw tokens.unexpected(
          "a column, a value, a function or '(' (a column of this name stands between back-ticks)");
    }
    tokens.next();
    if (tokens.current().kind() == SqlToken.Kind.STRING) {
      return literal(keyword, place);
    }
    return tokens.skip('(') ? call(text, place) : named(text);
  }

  private FilterNode column(String name) {
    tokens.next();
    return named(name);
  }

  private FilterNode named(String name) {
    if (tokens.current().isSymbol('.') || tokens.current().isSymbol('@')) {
      throw new FilterException(
          "Found %s%s behind '%s': write the column's name alone, without its table."
              .formatted(tokens.found(), tokens.place(), name));
    }
    return new ColumnName(name);
  }

  private FilterNode literal(String keyword, String place) {
    return switch (keyword) {
      case "DATE" -> new Constant(Literal.DATE, tokens.string());
      case "TIME" -> new Constant(Literal.TIME, tokens.string());
      case "TIMESTAMP" -> new Constant(Literal.TIMESTAMP, tokens.string());
      default ->
          throw new FilterException(
              ("'%s'%s before a string is not evaluated here; those that are: DATE, TIME,"
                      + " TIMESTAMP.")
                  .formatted(keyword, place));
    };
  }

  /** CASE in both forms: one that compares becomes one with conditions. */
  private FilterNode cases() {
    FilterNode compared = tokens.current().is("WHEN") ? null : condition();
    List<FilterNode> operands = new ArrayList<>();
    while (tokens.skip("WHEN")) {
      FilterNode when = condition();
      operands.add(compared == null ? when : operation("=", compared, when));
      tokens.expect("THEN");
      operands.add(condition());
    }
    if (operands.isEmpty()) {
      throw tokens.unexpected("WHEN");
    }
    operands.add(tokens.skip("ELSE") ? condition() : Constant.NULL);
    tokens.expect("END");
    return operation("CASE", "", operands);
  }

  /** A call behind its opening parenthesis. */
  private FilterNode call(String written, String place) {
    String name = written.toUpperCase(Locale.ROOT);
    if (name.equals("CAST") || name.equals("CONVERT")) {
      return cast(name);
    }
    FilterGrammar.Function function = FilterGrammar.function(written, place);
    List<FilterNode> operands = new ArrayList<>();
    if (!tokens.current().isSymbol(')')) {
      do {
        operands.add(condition());
      } while (tokens.skip(','));
      if (function.name().equals("SUBSTRING") && operands.size() == 1 && tokens.skip("FROM")) {
        operands.add(condition());
        if (tokens.skip("FOR")) {
          operands.add(condition());
        }
      }
    }
    tokens.expect(')');
    if (operands.size() < function.least() || operands.size() > function.most()) {
      throw new FilterException(
          "%s%s has %d values, but takes %s."
              .formatted(
                  name,
                  place,
                  operands.size(),
                  function.least() == function.most()
                      ? Integer.toString(function.least())
                      : function.least() + " or more"));
    }
    return call(function.name(), operands);
  }

  /** Calls that are short for something else become that. */
  private FilterNode call(String name, List<FilterNode> operands) {
    return switch (name) {
      case "MOD" -> operation("%", "", operands);
      case "IF" -> operation("CASE", "", operands);
      case "IFNULL" -> operation("COALESCE", "", operands);
      case "ISNULL" -> operation("IS NULL", "", operands);
      case "NULLIF" ->
          operation(
              "CASE",
              operation("=", operands.get(0), operands.get(1)),
              Constant.NULL,
              operands.get(0));
      default -> operation(name, "", operands);
    };
  }

  private FilterNode cast(String name) {
    FilterNode operand = condition();
    if (name.equals("CONVERT") && tokens.skip("USING")) {
      String charset = plainWord("the name of a character set");
      tokens.expect(')');
      return operation("CONVERT", charset, List.of(operand));
    }
    if (name.equals("CAST")) {
      tokens.expect("AS");
    } else {
      tokens.expect(',');
    }
    String place = tokens.place();
    String type = plainWord("a type").toUpperCase(Locale.ROOT);
    StringBuilder detail = new StringBuilder(type);
    if (tokens.skip('(')) {
      detail.append('(').append(digits());
      if (tokens.skip(',')) {
        detail.append(',').append(digits());
      }
      tokens.expect(')');
      detail.append(')');
    }
    if (Set.of("SIGNED", "UNSIGNED").contains(type)) {
      boolean unused = tokens.skip("INTEGER") || tokens.skip("INT");
    }
    tokens.expect(')');
    if (!detail.toString().matches(FilterCasts.TYPES)) {
      throw new FilterException(
          "CAST to %s%s is not evaluated here; the types that are: %s."
              .formatted(detail, place, FilterCasts.NAMES));
    }
    return operation("CAST", detail.toString(), List.of(operand));
  }
}
