package dev.syncline.mysql;

import dev.syncline.mysql.TableElement.ColumnType;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Reads the type of a column. Used by one thread. */
final class TypeReader {
  /** Spellings of one word, by what the catalog prints. */
  private static final Map<String, String> TYPES =
      Map.ofEntries(
          Map.entry("TINYINT", "tinyint"),
          Map.entry("INT1", "tinyint"),
          Map.entry("SMALLINT", "smallint"),
          Map.entry("INT2", "smallint"),
          Map.entry("MEDIUMINT", "mediumint"),
          Map.entry("INT3", "mediumint"),
          Map.entry("MIDDLEINT", "mediumint"),
          Map.entry("INT", "int"),
          Map.entry("INTEGER", "int"),
          Map.entry("INT4", "int"),
          Map.entry("BIGINT", "bigint"),
          Map.entry("INT8", "bigint"),
          Map.entry("DECIMAL", "decimal"),
          Map.entry("DEC", "decimal"),
          Map.entry("NUMERIC", "decimal"),
          Map.entry("FIXED", "decimal"),
          Map.entry("FLOAT", "float"),
          Map.entry("FLOAT4", "float"),
          Map.entry("DOUBLE", "double"),
          Map.entry("FLOAT8", "double"),
          Map.entry("REAL", "real"),
          Map.entry("GEOMCOLLECTION", "geomcollection"),
          Map.entry("GEOMETRYCOLLECTION", "geometrycollection"));

  /** Types that are written as the catalog prints them. */
  private static final Set<String> PLAIN =
      Set.of(
          "BIT",
          "BINARY",
          "VARBINARY",
          "TINYBLOB",
          "BLOB",
          "MEDIUMBLOB",
          "LONGBLOB",
          "DATE",
          "TIME",
          "DATETIME",
          "TIMESTAMP",
          "YEAR",
          "JSON",
          "GEOMETRY",
          "POINT",
          "LINESTRING",
          "POLYGON",
          "MULTIPOINT",
          "MULTILINESTRING",
          "MULTIPOLYGON");

  private static final Set<String> TEXTS =
      Set.of("TINYTEXT", "TEXT", "MEDIUMTEXT", "LONGTEXT", "VARCHAR");

  /** Types that only MariaDB has, or not both products in the same releases. */
  private static final Set<String> RECENT = Set.of("INET4", "INET6", "UUID", "VECTOR");

  private static final Set<String> NUMBERS =
      Set.of(
          "tinyint",
          "smallint",
          "mediumint",
          "int",
          "bigint",
          "decimal",
          "float",
          "double",
          "real");

  private final DdlCursor cursor;

  private boolean unsigned;
  private boolean zerofill;
  private boolean binary;
  private String charset = "";

  TypeReader(DdlCursor cursor) {
    this.cursor = cursor;
  }

  /** Whether the type that was read, {@code SERIAL}, says more than a type. */
  static boolean isSerial(DdlCursor cursor) {
    return cursor.is("SERIAL");
  }

  /** Reads a type; its collation, which may stand further on, is not part of it. */
  ColumnType read() {
    unsigned = false;
    zerofill = false;
    binary = false;
    charset = "";
    if (cursor.skip("SERIAL")) {
      return new ColumnType("bigint", List.of(), true, false, "", "", false);
    }
    if (cursor.skipAny("BOOL", "BOOLEAN")) {
      return new ColumnType("tinyint", List.of("1"), false, false, "", "", false);
    }
    if (cursor.is("ENUM") || cursor.is("SET")) {
      String name = cursor.is("ENUM") ? "enum" : "set";
      cursor.next();
      List<String> members = members();
      readText();
      return type(name, members);
    }
    String keyword = cursor.current().keyword();
    String number = TYPES.get(keyword);
    if (number != null) {
      cursor.next();
      if (number.equals("double")) {
        cursor.skip("PRECISION");
      }
      return readNumber(number);
    }
    if (PLAIN.contains(keyword) || RECENT.contains(keyword)) {
      if (keyword.startsWith("INET")) {
        cursor.nextAs("UUID");
      } else {
        cursor.next();
      }
      return type(keyword.toLowerCase(Locale.ROOT), arguments());
    }
    return readCharacters(keyword);
  }

  private ColumnType readNumber(String name) {
    List<String> arguments = arguments();
    if (NUMBERS.contains(name)) {
      while (cursor.isAny("SIGNED", "UNSIGNED", "ZEROFILL")) {
        unsigned |= cursor.is("UNSIGNED");
        zerofill |= cursor.is("ZEROFILL");
        cursor.next();
      }
      unsigned |= zerofill;
    }
    return type(name, arguments);
  }

  private ColumnType readCharacters(String keyword) {
    String name;
    if (TEXTS.contains(keyword)) {
      cursor.next();
      name = keyword.toLowerCase(Locale.ROOT);
    } else if (cursor.skip("LONG")) {
      if (cursor.skip("VARBINARY")) {
        return type("mediumblob", List.of());
      }
      boolean varying =
          cursor.skip("VARCHAR")
              || cursor.skip("VARCHARACTER")
              || (cursor.skipAny("CHAR", "CHARACTER") && cursor.skip("VARYING"));
      name = varying || !cursor.is("CHAR") ? "mediumtext" : "";
    } else {
      boolean national = cursor.skip("NATIONAL");
      name = characters(national);
      if (national || keyword.equals("NCHAR") || keyword.equals("NVARCHAR")) {
        charset = "utf8mb3";
      }
    }
    if (name.isEmpty()) {
      throw cursor.unexpected("a type");
    }
    List<String> arguments = arguments();
    if (charset.isEmpty()) {
      readText();
    } else {
      binary = cursor.skip("BINARY");
    }
    // The letters of a byte are bytes.
    if (charset.equals("binary") && (name.equals("char") || name.equals("varchar"))) {
      charset = "";
      return type(name.equals("char") ? "binary" : "varbinary", arguments);
    }
    if (charset.equals("binary") && name.endsWith("text")) {
      charset = "";
      return type(name.replace("text", "blob"), arguments);
    }
    return type(name, arguments);
  }

  private String characters(boolean national) {
    if (cursor.skipAny("VARCHARACTER", "NVARCHAR") || (national && cursor.skip("VARCHAR"))) {
      return "varchar";
    }
    if (cursor.skip("NCHAR")) {
      return cursor.skipAny("VARYING", "VARCHAR", "VARCHARACTER") ? "varchar" : "char";
    }
    if (cursor.skipAny("CHAR", "CHARACTER")) {
      return cursor.skip("VARYING") ? "varchar" : "char";
    }
    return "";
  }

  /** The charset, and whether the collation is the binary one, in any order. */
  private void readText() {
    boolean more = true;
    while (more) {
      if (cursor.is("BINARY")) {
        binary = true;
        cursor.next();
      } else if (cursor.skip("ASCII")) {
        charset = "latin1";
      } else if (cursor.skip("UNICODE")) {
        charset = "ucs2";
      } else if (cursor.skip("BYTE")) {
        charset = "binary";
      } else if (cursor.skip("CHARSET")
          || cursor.skip("CHARACTER", "SET")
          || cursor.skip("CHAR", "SET")) {
        charset = cursor.charset();
      } else {
        more = false;
      }
    }
  }

  private ColumnType type(String name, List<String> arguments) {
    if (arguments.isEmpty() && name.startsWith("var")) {
      throw cursor.unexpected("a length");
    }
    return new ColumnType(name, arguments, unsigned, zerofill, charset, "", binary);
  }

  /** Numbers in parentheses, if there are any. */
  private List<String> arguments() {
    List<String> arguments = new ArrayList<>();
    if (cursor.skip('(')) {
      do {
        arguments.add(cursor.number());
      } while (cursor.skip(','));
      cursor.expect(')');
    }
    return arguments;
  }

  private List<String> members() {
    List<String> members = new ArrayList<>();
    cursor.expect('(');
    do {
      SqlToken token = cursor.current();
      boolean introduced = token.keyword().startsWith("_");
      if (introduced) {
        cursor.next();
      }
      members.add(cursor.current().kind() == SqlToken.Kind.HEX ? ascii() : cursor.string());
    } while (cursor.skip(','));
    cursor.expect(')');
    return members;
  }

  /** Other bytes mean what the charset makes of them. */
  private String ascii() {
    byte[] bytes = HexFormat.of().parseHex(cursor.current().text());
    for (byte b : bytes) {
      if (b < 0) {
        throw cursor.unexpected("a string");
      }
    }
    cursor.next();
    return new String(bytes, StandardCharsets.US_ASCII);
  }
}
