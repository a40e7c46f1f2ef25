package dev.syncline.mysql;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;

/**
 * How a JSON document is given to a MySQL server so that each of its numbers comes out as it went
 * in.
 *
 * <p>MySQL (8.0.31 and 5.7.22 at least) reads one in eight floating point numbers of 17 digits out
 * of JSON text as a neighbour of it, and has no DECIMAL in JSON text at all, although documents can
 * hold them. So the numbers that its parser would change are replaced by SQL literals. Not for
 * MariaDB, which keeps documents as text. Immutable.
 */
final class ExactJson {

  private static final int EXACT_BITS = 53;
  private static final int EXACT_POWER_OF_TEN = 22;
  private static final int MAX_DECIMAL_DIGITS = 65;
  private static final int MAX_DECIMAL_SCALE = 30;
  private static final int SHORT_INTEGER = 18;
  private static final int MAX_DEPTH = 100;
  private static final BigInteger MIN_INTEGER = BigInteger.valueOf(Long.MIN_VALUE);
  private static final BigInteger MAX_INTEGER =
      BigInteger.ONE.shiftLeft(64).subtract(BigInteger.ONE);

  private final String document;
  private final List<String> paths = new ArrayList<>();
  private final List<String> literals = new ArrayList<>();

  private ExactJson(String document) {
    this.document = document;
  }

  /** The way to write a document. What is no document is left to the server to refuse. */
  static ExactJson of(String document) {
    ExactJson json = new ExactJson(document);
    try {
      json.new Scanner().value(0);
    } catch (MalformedValueException e) {
      return new ExactJson(document);
    }
    return json;
  }

  /** The SQL before the document as a string; empty for most documents. */
  String head() {
    return paths.isEmpty() ? "" : "JSON_REPLACE(";
  }

  /** The SQL after the document. */
  String tail() {
    if (paths.isEmpty()) {
      return "";
    }
    StringBuilder sql = new StringBuilder();
    for (int i = 0; i < paths.size(); i++) {
      SqlLiterals.appendText(sql.append(", "), paths.get(i));
      sql.append(", ").append(literals.get(i));
    }
    return sql.append(')').toString();
  }

  /** Walks through the text once and notes the numbers that need a literal. */
  private final class Scanner {

    private final StringBuilder path = new StringBuilder("$");
    private int at;

    void value(int depth) {
      if (depth > MAX_DEPTH) {
        throw new MalformedValueException("the JSON document is nested too deeply");
      }
      char first = peek();
      if (first == '{') {
        members(depth);
      } else if (first == '[') {
        elements(depth);
      } else if (first == '"') {
        string();
      } else if (first == '-' || Character.isDigit(first)) {
        number();
      } else {
        word();
      }
    }

    private void members(int depth) {
      int length = path.length();
      at++;
      while (peek() != '}') {
        path.append('.').append(string());
        expect(':');
        value(depth + 1);
        path.setLength(length);
        if (peek() != '}') {
          expect(',');
        }
      }
      at++;
    }

    private void elements(int depth) {
      int length = path.length();
      at++;
      for (int i = 0; peek() != ']'; i++) {
        path.append('[').append(i).append(']');
        value(depth + 1);
        path.setLength(length);
        if (peek() != ']') {
          expect(',');
        }
      }
      at++;
    }

    /** The string as it is written, with its quotes: a path takes it in the same form. */
    private String string() {
      int start = at + (peek() == '"' ? 1 : 0);
      expect('"');
      while (at < document.length() && document.charAt(at) != '"') {
        at += document.charAt(at) == '\\' ? 2 : 1;
      }
      expect('"');
      return document.substring(start - 1, at);
    }

    private void number() {
      int start = at;
      while (at < document.length() && "+-.eE0123456789".indexOf(document.charAt(at)) >= 0) {
        at++;
      }
      String literal = literal(document.substring(start, at));
      if (!literal.isEmpty()) {
        paths.add(path.toString());
        literals.add(literal);
      }
    }

    private void word() {
      int start = at;
      while (at < document.length() && Character.isLetter(document.charAt(at))) {
        at++;
      }
      if (at == start) {
        throw new MalformedValueException("the text is no JSON document");
      }
    }

    private void expect(char expected) {
      if (peek() != expected) {
        throw new MalformedValueException("the text is no JSON document");
      }
      at++;
    }

    /** The next character that is no white space. */
    private char peek() {
      while (at < document.length() && document.charAt(at) <= ' ') {
        at++;
      }
      if (at >= document.length()) {
        throw new MalformedValueException("the JSON document has no end");
      }
      return document.charAt(at);
    }
  }

  /** The SQL literal that a number needs; empty if the parser reads it right. */
  private static String literal(String number) {
    boolean isWhole = number.indexOf('.') < 0 && number.indexOf('e') < 0 && number.indexOf('E') < 0;
    if (isWhole && number.length() <= SHORT_INTEGER && !number.equals("-0")) {
      return "";
    }
    BigDecimal exact;
    try {
      exact = new BigDecimal(number);
    } catch (NumberFormatException e) {
      throw new MalformedValueException("the JSON document has a number that is none");
    }
    if (isWhole && !number.equals("-0")) {
      BigInteger integer = exact.unscaledValue();
      boolean fits = integer.compareTo(MIN_INTEGER) >= 0 && integer.compareTo(MAX_INTEGER) <= 0;
      return fits || exact.precision() > MAX_DECIMAL_DIGITS ? "" : number;
    }
    return isPrintedDouble(number) ? doubleLiteral(number, exact) : decimalLiteral(number, exact);
  }

  private static String doubleLiteral(String number, BigDecimal exact) {
    boolean isReadRight =
        exact.unscaledValue().bitLength() <= EXACT_BITS
            && Math.abs(exact.scale()) <= EXACT_POWER_OF_TEN
            && !number.equals("-0");
    boolean hasExponent = number.indexOf('e') >= 0 || number.indexOf('E') >= 0;
    return isReadRight ? "" : hasExponent ? number : number + "E0";
  }

  /** As text, a DECIMAL is a number that no server would print for a floating point number. */
  private static String decimalLiteral(String number, BigDecimal exact) {
    boolean isDecimal =
        exact.scale() >= 0
            && exact.scale() <= MAX_DECIMAL_SCALE
            && exact.precision() <= MAX_DECIMAL_DIGITS
            && number.equals(exact.toPlainString());
    return isDecimal ? number : doubleLiteral(number, exact);
  }

  private static boolean isPrintedDouble(String number) {
    double value = Double.parseDouble(number);
    if (!Double.isFinite(value)) {
      return false;
    }
    for (JsonNumbers style : JsonNumbers.values()) {
      StringBuilder printed = new StringBuilder();
      style.append(printed, value);
      if (printed.toString().equals(number)) {
        return true;
      }
    }
    return false;
  }
}
