package dev.syncline.mysql;

import dev.syncline.mysql.NamePlace.Role;
import dev.syncline.mysql.TableElement.Default;
import dev.syncline.mysql.TableElement.Default.Kind;
import java.util.Set;

/**
 * Reads values and expressions in the definition of a table. An expression is not understood but
 * for the names in it. Used by one thread.
 */
final class ExpressionReader {

  /** The types of texts to which an expression can be converted. */
  private static final Set<String> TYPES = Set.of("CHAR", "CHARACTER", "NCHAR", "VARCHAR");

  private final DdlCursor cursor;
  private final SqlVersion server;
  private boolean behindType;

  ExpressionReader(DdlCursor cursor, SqlVersion server) {
    this.cursor = cursor;
    this.server = server;
  }

  /** Reads an expression in parentheses and returns its text without them. */
  String parenthesized(DdlName table) {
    cursor.expect('(');
    int from = cursor.place();
    int depth = 1;
    while (depth > 0) {
      if (cursor.isEnd()) {
        throw cursor.unexpected("')'");
      }
      depth += step(table);
    }
    String text = cursor.textFrom(from);
    return text.substring(0, text.length() - 1).strip();
  }

  /** Passes a token, or several that belong together; by how much deeper it is then. */
  private int step(DdlName table) {
    SqlToken token = cursor.current();
    int deeper = step(token, table);
    // As CHAR(9) CHARSET latin1; anywhere else it is the name of a function or column.
    behindType = token.isSymbol(')') || TYPES.contains(token.keyword());
    return deeper;
  }

  private int step(SqlToken token, DdlName table) {
    if (token.isSymbol('(') || token.isSymbol(')')) {
      cursor.next();
      return token.isSymbol('(') ? 1 : -1;
    }
    if (token.isSymbol('@')) {
      skipVariable();
    } else if (token.isName()) {
      return stepName(token, table);
    } else {
      cursor.next();
    }
    return 0;
  }

  private void skipVariable() {
    cursor.next();
    cursor.skip('@');
    cursor.next();
    while (cursor.skip('.')) {
      cursor.next();
    }
  }

  private int stepName(SqlToken token, DdlName table) {
    SqlToken ahead = cursor.ahead(1);
    if (cursor.skipAny("COLLATE", "USING")
        || cursor.skip("CHARACTER", "SET")
        || (behindType && cursor.skip("CHARSET"))) {
      cursor.next();
    } else if (cursor.is("AS")) {
      skipType();
    } else if (cursor.skip("NEXT", "VALUE", "FOR") || cursor.skip("PREVIOUS", "VALUE", "FOR")) {
      cursor.qualified(Role.OBJECT);
    } else if (ahead.isSymbol('(')) {
      return skipFunction(token);
    } else if (isStoredFunction()) {
      cursor.leaveUnread("a stored function in an expression");
      cursor.skip('.');
      cursor.next();
    } else if (token.is("SELECT")) {
      cursor.leaveUnread("a query in an expression");
      cursor.next();
    } else if (SqlWords.isReserved(token.keyword()) || isLiteral(token, ahead)) {
      cursor.next();
    } else if (SqlWords.isAmbiguous(token.keyword()) && !ahead.isSymbol('.')) {
      cursor.noteWord(Role.MAYBE_COLUMN, table);
    } else {
      cursor.column(table);
    }
    return 0;
  }

  /** {@code _utf8mb4'x'}, {@code DATE'2000-01-01'}. */
  private static boolean isLiteral(SqlToken token, SqlToken ahead) {
    boolean introducer =
        token.keyword().startsWith("_")
            || token.is("DATE")
            || token.is("TIME")
            || token.is("TIMESTAMP");
    return introducer
        && (ahead.kind() == SqlToken.Kind.STRING
            || ahead.kind() == SqlToken.Kind.HEX
            || ahead.kind() == SqlToken.Kind.BITS);
  }

  private boolean isStoredFunction() {
    return cursor.ahead(1).isSymbol('.') && cursor.ahead(3).isSymbol('(');
  }

  /** The type of a CAST, up to the parenthesis that closes it. */
  private void skipType() {
    cursor.next();
    while (!cursor.is(')') && !cursor.isEnd()) {
      if (cursor.is('(')) {
        cursor.skipParentheses();
      } else {
        cursor.next();
      }
    }
  }

  /** The name of a function, and the unit of time behind its parenthesis, which is no column. */
  private int skipFunction(SqlToken name) {
    cursor.next();
    boolean sequence = name.is("NEXTVAL") || name.is("LASTVAL") || name.is("SETVAL");
    boolean unit =
        name.is("EXTRACT")
            || name.is("TIMESTAMPADD")
            || name.is("TIMESTAMPDIFF")
            || name.is("GET_FORMAT");
    if (sequence && server.mariaDb()) {
      // The parenthesis is left to be counted.
      cursor.leaveUnread("a sequence in an expression");
    } else if (unit && SqlWords.isAmbiguous(cursor.ahead(1).keyword())) {
      cursor.next();
      cursor.next();
      return 1;
    }
    return 0;
  }

  /** What stands behind DEFAULT. */
  Default value(DdlName table) {
    SqlToken token = cursor.current();
    if (cursor.is('(')) {
      return new Default(Kind.EXPRESSION, parenthesized(table));
    }
    if (cursor.skip("NULL")) {
      return new Default(Kind.NULL, "");
    }
    if (cursor.is("TRUE") || cursor.is("FALSE")) {
      cursor.next();
      return new Default(Kind.NUMBER, token.is("TRUE") ? "1" : "0");
    }
    if (isNow()) {
      return new Default(Kind.NOW, now());
    }
    if (isLiteral(token, cursor.ahead(1))) {
      cursor.next();
      return literal();
    }
    boolean sign = cursor.is('-') || cursor.is('+');
    if (token.isName() || (sign && cursor.ahead(1).kind() != SqlToken.Kind.NUMBER)) {
      return call(table);
    }
    return literal();
  }

  private Default literal() {
    SqlToken token = cursor.current();
    boolean minus = cursor.is('-');
    if (cursor.skip('-') || cursor.skip('+')) {
      token = cursor.current();
    }
    cursor.next();
    return switch (token.kind()) {
      case NUMBER -> new Default(Kind.NUMBER, (minus ? "-" : "") + token.text());
      case HEX -> new Default(Kind.HEX, token.text());
      case BITS -> new Default(Kind.BITS, token.text());
      case STRING -> {
        StringBuilder text = new StringBuilder(token.text());
        while (cursor.current().kind() == SqlToken.Kind.STRING) {
          text.append(cursor.string());
        }
        yield new Default(Kind.STRING, text.toString());
      }
      default -> throw cursor.unexpected("a value before this place");
    };
  }

  /** MariaDB needs no parentheses around the call of a function, and the like. */
  private Default call(DdlName table) {
    int from = cursor.place();
    if (!server.mariaDb()) {
      throw cursor.unexpected("a value");
    }
    while (cursor.skip('-') || cursor.skip('+') || cursor.skip('~')) {
      // A sign belongs to what follows.
    }
    boolean sequence = cursor.are("NEXT", "VALUE") || cursor.are("PREVIOUS", "VALUE");
    boolean called = cursor.ahead(1).isSymbol('(');
    boolean word =
        cursor.isAny("CURRENT_DATE", "CURRENT_TIME", "CURRENT_USER", "CURRENT_ROLE", "UTC_DATE")
            || cursor.isAny("UTC_TIME", "UTC_TIMESTAMP");
    if (!sequence && !called && !word && !isStoredFunction()) {
      throw cursor.unexpected("a value");
    }
    step(table);
    if (cursor.is('(')) {
      parenthesized(table);
    }
    return new Default(Kind.EXPRESSION, cursor.textFrom(from));
  }

  boolean isNow() {
    return cursor.isAny("CURRENT_TIMESTAMP", "LOCALTIME", "LOCALTIMESTAMP")
        || (cursor.is("NOW") && cursor.ahead(1).isSymbol('('));
  }

  /** The current time, with the digits of its fraction. */
  String now() {
    if (!isNow()) {
      throw cursor.unexpected("'CURRENT_TIMESTAMP'");
    }
    cursor.next();
    String digits = "";
    if (cursor.skip('(')) {
      if (!cursor.is(')')) {
        digits = "(" + cursor.number() + ")";
      }
      cursor.expect(')');
    }
    return "CURRENT_TIMESTAMP" + (digits.equals("(0)") ? "" : digits);
  }
}
