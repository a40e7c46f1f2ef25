package dev.syncline.mysql;

import dev.syncline.change.Column;
import dev.syncline.change.ValueKind;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** How a server spells types in its catalog that a statement gives in a session. Immutable. */
final class TypeRules {

  /** The bytes that text types hold, in their order. */
  private static final long TINY = 255;

  private static final long SMALL = 65_535;
  private static final long MEDIUM = 16_777_215;

  private static final int MAX_BYTES_OF_VARCHAR = 65_535;
  private static final int MAX_DIGITS_OF_FLOAT = 24;

  private static final Map<String, int[]> WIDTHS =
      Map.of(
          "tinyint", new int[] {4, 3},
          "smallint", new int[] {6, 5},
          "mediumint", new int[] {9, 8},
          "int", new int[] {11, 10},
          "bigint", new int[] {20, 20});

  /** The character sets that hold every character of a statement. */
  private static final List<String> WIDE =
      List.of("utf8mb4", "utf16", "utf16le", "utf32", "gb18030");

  private final ModelServer server;
  private final DdlSession session;

  /**
   * A type as the catalog has it.
   *
   * @param text {@code COLUMN_TYPE}
   * @param charset empty for a type without characters
   * @param collation the same
   */
  record Type(String text, String charset, String collation) {}

  TypeRules(ModelServer server, DdlSession session) {
    this.server = server;
    this.session = session;
  }

  /**
   * The type that a column gets.
   *
   * @param tableCollation the collation that it gets if it names none
   */
  Type type(TableElement.ColumnType type, String tableCollation) {
    if (session.hasForeignTypes(server.facts())) {
      throw new UnknownEffectException("in its sql_mode types have other meanings");
    }
    return switch (type.name()) {
      case "tinyint", "smallint", "mediumint", "int", "bigint" -> plain(integer(type));
      case "decimal" -> plain(decimal(type));
      case "float", "double", "real" -> plain(floating(type));
      case "bit" -> plain("bit(" + positive(type, 0, "1") + ")");
      case "year" -> plain(year(type));
      case "time", "datetime", "timestamp" -> plain(withDigits(type));
      case "binary", "varbinary" -> plain(type.name() + "(" + argument(type, 0, "1") + ")");
      case "blob" -> plain(sized(type, 1, "blob"));
      case "json" -> json();
      case "geomcollection", "geometrycollection" ->
          plain(server.facts().isMySqlFrom(8, 0, 0) ? "geomcollection" : "geometrycollection");
      case "char", "varchar", "tinytext", "text", "mediumtext", "longtext", "enum", "set" ->
          text(type, tableCollation);
      default -> plain(other(type));
    };
  }

  private static Type plain(String text) {
    return new Type(text, "", "");
  }

  private static String argument(TableElement.ColumnType type, int index, String otherwise) {
    return index < type.arguments().size() ? digits(type.arguments().get(index)) : otherwise;
  }

  /** The same where zero means that nothing is said. */
  private static String positive(TableElement.ColumnType type, int index, String otherwise) {
    String found = argument(type, index, otherwise);
    return found.equals("0") ? otherwise : found;
  }

  private static String digits(String number) {
    if (!number.matches("[0-9]{1,9}")) {
      throw new UnknownEffectException("its length '" + number + "' is not understood");
    }
    return Integer.toString(Integer.parseInt(number));
  }

  private String integer(TableElement.ColumnType type) {
    int[] widths = WIDTHS.getOrDefault(type.name(), new int[] {0, 0});
    boolean unsigned = type.unsigned() || type.zerofill();
    String usual = Integer.toString(unsigned ? widths[1] : widths[0]);
    String width = positive(type, 0, usual);
    boolean isBoolean = type.name().equals("tinyint") && width.equals("1") && !unsigned;
    boolean printed = server.printsWidths() || type.zerofill() || isBoolean;
    return type.name() + (printed ? "(" + width + ")" : "") + signs(type);
  }

  private static String signs(TableElement.ColumnType type) {
    return (type.unsigned() || type.zerofill() ? " unsigned" : "")
        + (type.zerofill() ? " zerofill" : "");
  }

  private static String decimal(TableElement.ColumnType type) {
    String precision = positive(type, 0, "10");
    return "decimal(" + precision + "," + argument(type, 1, "0") + ")" + signs(type);
  }

  private String floating(TableElement.ColumnType type) {
    String name = type.name();
    if (name.equals("real")) {
      name = session.hasRealAsFloat() ? "float" : "double";
    }
    String arguments = "";
    if (type.arguments().size() == 1) {
      boolean isDouble = Integer.parseInt(argument(type, 0, "0")) > MAX_DIGITS_OF_FLOAT;
      name = isDouble ? "double" : name;
    } else if (type.arguments().size() == 2) {
      arguments = "(" + argument(type, 0, "") + "," + argument(type, 1, "") + ")";
    }
    return name + arguments + signs(type);
  }

  private String year(TableElement.ColumnType type) {
    if (argument(type, 0, "4").equals("2")) {
      throw new UnknownEffectException("type YEAR(2) is not supported");
    }
    return server.printsWidths() ? "year(4)" : "year";
  }

  private static String withDigits(TableElement.ColumnType type) {
    String digits = argument(type, 0, "0");
    return type.name() + (digits.equals("0") ? "" : "(" + digits + ")");
  }

  /** The type of that length: TEXT and BLOB with a length are as large as they must be. */
  private String sized(TableElement.ColumnType type, int bytesPerCharacter, String suffix) {
    if (type.arguments().isEmpty()) {
      return suffix;
    }
    long length = Long.parseLong(argument(type, 0, "0")) * bytesPerCharacter;
    MySqlFacts facts = server.facts();
    if (length == 0 && facts.isMySqlFrom(8, 0, 13) && !facts.isMySqlFrom(8, 0, 31)) {
      throw new UnknownEffectException("its length of 0 means one thing or another");
    }
    // Older servers take it for none.
    boolean unsaid = length == 0 && !facts.isMySqlFrom(8, 0, 31);
    return unsaid ? suffix : sized(length, suffix);
  }

  private static String sized(long bytes, String suffix) {
    if (bytes <= TINY) {
      return "tiny" + suffix;
    }
    if (bytes <= SMALL) {
      return suffix;
    }
    return (bytes <= MEDIUM ? "medium" : "long") + suffix;
  }

  private Type json() {
    if (!server.facts().mariaDb()) {
      return plain("json");
    }
    if (!server.facts().isMariaDbFrom(10, 4, 3)) {
      throw new UnknownEffectException("type JSON of this server is not known");
    }
    return new Type("longtext", "utf8mb4", "utf8mb4_bin");
  }

  private static String other(TableElement.ColumnType type) {
    String arguments = String.join(",", type.arguments());
    return type.name() + (arguments.isEmpty() ? "" : "(" + arguments + ")") + signs(type);
  }

  private Type text(TableElement.ColumnType type, String tableCollation) {
    String collation = server.collation(type.charset(), type.collation(), tableCollation, session);
    String charset = server.collations().charsetOf(collation);
    if (charset.isEmpty()) {
      throw new UnknownEffectException("its collation '" + collation + "' is unknown");
    }
    if (charset.equals(ServerCollations.BINARY)) {
      return bytes(type);
    }
    if (type.binary() && type.collation().isEmpty()) {
      collation =
          server
              .collations()
              .binaryOf(charset)
              .orElseThrow(() -> new UnknownEffectException("it has no binary collation"));
    }
    return new Type(textType(type, charset), charset, collation);
  }

  private String textType(TableElement.ColumnType type, String charset) {
    return switch (type.name()) {
      case "char" -> "char(" + argument(type, 0, "1") + ")";
      case "varchar" -> varchar(Integer.parseInt(argument(type, 0, "0")), charset);
      case "text" -> sized(type, bytesPerCharacter(charset), "text");
      case "enum", "set" -> type.name() + labels(type.arguments(), charset);
      default -> type.name();
    };
  }

  /** Longer ones become TEXT in lenient sessions. */
  private static String varchar(int length, String charset) {
    if ((long) length * bytesPerCharacter(charset) > MAX_BYTES_OF_VARCHAR) {
      throw new UnknownEffectException("it has a VARCHAR that is too long for one");
    }
    return "varchar(" + length + ")";
  }

  static int bytesPerCharacter(String charset) {
    return MySqlCharset.named(charset)
        .orElseThrow(
            () -> new UnknownEffectException("character set '" + charset + "' is not supported"))
        .maxBytesPerCharacter();
  }

  /** Texts of bytes are another type. */
  private Type bytes(TableElement.ColumnType type) {
    return switch (type.name()) {
      case "char" -> plain("binary(" + argument(type, 0, "1") + ")");
      case "varchar" -> plain("varbinary(" + argument(type, 0, "0") + ")");
      case "text" -> plain(sized(type, 1, "blob"));
      case "tinytext", "mediumtext", "longtext" -> plain(type.name().replace("text", "blob"));
      default -> throw new UnknownEffectException("it has an ENUM or SET of bytes");
    };
  }

  private static String labels(List<String> labels, String charset) {
    return labels.stream()
        .map(label -> "'" + label(label, charset) + "'")
        .collect(Collectors.joining(",", "(", ")"));
  }

  /** A label as the catalog prints it; spaces at its end are not kept. */
  private static String label(String label, String charset) {
    StringBuilder text = new StringBuilder();
    for (char c : label.replaceFirst(" +$", "").toCharArray()) {
      switch (c) {
        case '\\' -> text.append("\\\\");
        case '\0' -> text.append("\\0");
        case '\'' -> text.append("''");
        case '\n' -> text.append("\\n");
        case '\r' -> text.append("\\r");
        default -> {
          boolean fits = c < 0x80 || WIDE.contains(charset);
          fits |= charset.startsWith("utf8") && !Character.isSurrogate(c);
          if (!fits) {
            throw new UnknownEffectException(
                "a label of an ENUM or SET may have no form in character set '" + charset + "'");
          }
          text.append(c);
        }
      }
    }
    return text.toString();
  }

  /** The column's type after its table was converted to a collation; empty if it stays. */
  Optional<Type> converted(Column column, String collation) {
    String charset = server.collations().charsetOf(collation);
    if (charset.isEmpty() || charset.equals(ServerCollations.BINARY)) {
      throw new UnknownEffectException("it converts to bytes, or to an unknown character set");
    }
    String text = column.type().nativeType();
    ValueKind kind = column.type().kind();
    if (kind != ValueKind.TEXT && kind != ValueKind.ENUM && kind != ValueKind.SET) {
      return Optional.empty();
    }
    String name = text.toLowerCase(Locale.ROOT);
    if (name.endsWith("text")) {
      long bytes =
          switch (name) {
            case "tinytext" -> TINY;
            case "text" -> SMALL;
            case "mediumtext" -> MEDIUM;
            default -> Long.MAX_VALUE / 4;
          };
      long characters = bytes / bytesPerCharacter(column.type().charset());
      text =
          name.equals("longtext") ? text : sized(characters * bytesPerCharacter(charset), "text");
    } else if (name.startsWith("varchar(")) {
      int length = Integer.parseInt(name.substring("varchar(".length(), name.length() - 1));
      text = varchar(length, charset);
    } else if (kind != ValueKind.TEXT && !name.chars().allMatch(c -> c < 0x80)) {
      throw new UnknownEffectException("labels of column '" + column.name() + "' are converted");
    }
    return Optional.of(new Type(text, charset, collation));
  }
}
