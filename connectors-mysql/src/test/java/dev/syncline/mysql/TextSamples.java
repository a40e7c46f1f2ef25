package dev.syncline.mysql;

import static dev.syncline.mysql.TypeSamples.value;

import dev.syncline.mysql.TypeSamples.Sample;
import dev.syncline.mysql.TypeSamples.Value;
import dev.syncline.testkit.server.MySqlRelease;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Text at its edges, in every character set that is supported. */
final class TextSamples {

  /** A text that is at home in each character set. */
  private static final Map<String, String> AT_HOME = new TreeMap<>();

  static {
    AT_HOME.put("utf8mb4", "aé中😀\u0000\u007F\uFFFD");
    AT_HOME.put("utf8mb3", "\uFEFFaé中\uFFFD");
    AT_HOME.put("ascii", "a~\u0001\u007F");
    AT_HOME.put("ucs2", "aé中");
    AT_HOME.put("utf16", "\uFEFFaé中😀");
    AT_HOME.put("utf16le", "\uFEFFaé中😀");
    AT_HOME.put("utf32", "\uFEFFaé中😀");
    AT_HOME.put("gb18030", "\uFEFFa中€😀\uE78D\uFE10");
    AT_HOME.put("latin1", "é€\u0081\u008D\u008F\u0090\u009Dÿ");
    AT_HOME.put("latin2", "łŹ");
    AT_HOME.put("latin5", "ğİ");
    AT_HOME.put("latin7", "ąŽ");
    AT_HOME.put("greek", "Ωά");
    AT_HOME.put("hebrew", "אתl");
    AT_HOME.put("cp1250", "łŹ€");
    AT_HOME.put("cp1251", "Жя№");
    AT_HOME.put("cp1256", "عپ€");
    AT_HOME.put("cp1257", "ąŽ€");
    AT_HOME.put("cp850", "é░ß");
    AT_HOME.put("cp852", "ł░ß");
    AT_HOME.put("cp866", "Ж░ⁿ²");
    AT_HOME.put("koi8r", "Ж░я");
    AT_HOME.put("koi8u", "ЖЇ•");
    AT_HOME.put("tis620", "กฃ๛");
    AT_HOME.put("macroman", "éπ");
    AT_HOME.put("macce", "łŹ");
    AT_HOME.put("gbk", "中丂⊕—");
    AT_HOME.put("gb2312", "中国―");
    AT_HOME.put("big5", "中功裏");
    AT_HOME.put("sjis", "日ｱ―表");
    AT_HOME.put("cp932", "日ｱ①～表");
    AT_HOME.put("euckr", "한각똠");
    AT_HOME.put("ujis", "日ｱ―丂");
    AT_HOME.put("eucjpms", "日ｱ①～丂");
  }

  private TextSamples() {}

  /** The character sets that there are samples for. */
  static Set<String> charsets() {
    Set<String> names = new java.util.TreeSet<>(AT_HOME.keySet());
    names.add("utf8");
    return names;
  }

  static void add(List<Sample> samples) {
    for (Map.Entry<String, String> charset : AT_HOME.entrySet()) {
      String name = charset.getKey();
      String text = charset.getValue();
      Set<MySqlRelease> releases =
          switch (name) {
            case "gb18030" -> Feature.GB18030.releases();
            case "utf16le" -> Feature.UTF16LE.releases();
            default -> Set.of(MySqlRelease.values());
          };
      List<Value> values = new ArrayList<>();
      values.add(value("''", ""));
      values.add(value("'a  '", "a  "));
      values.add(value(quoted(text), text));
      values.add(value(quoted(text.repeat(30)), text.repeat(30)));
      String in = " character set " + name;
      samples.add(new Sample("varchar(400)" + in, releases, values));
      samples.add(new Sample("varchar(60)" + in, releases, values.subList(0, 3)));
      samples.add(new Sample("text" + in, releases, values));
      samples.add(
          new Sample(
              "char(255)" + in,
              releases,
              List.of(
                  value("''", ""), value("'a  '", "a"), value(quoted(" " + text), " " + text))));
    }
    Set<MySqlRelease> all = Set.of(MySqlRelease.values());
    for (String type : List.of("tinytext", "mediumtext", "longtext", "char(1)", "varchar(1)")) {
      samples.add(new Sample(type, all, List.of(value("''", ""), value("'😀'", "😀"))));
    }
    String large = "é".repeat(40_000);
    samples.add(new Sample("mediumtext", all, List.of(value("REPEAT('é', 40000)", large))));
    samples.add(
        new Sample(
            "varchar(20) character set utf8mb4 collate utf8mb4_bin",
            all,
            List.of(value("'back \\\\ \\' \\n'", "back \\ ' \n"))));
  }

  private static String quoted(String text) {
    StringBuilder sql = new StringBuilder("_utf8mb4 X'");
    for (byte b : text.getBytes(java.nio.charset.StandardCharsets.UTF_8)) {
      sql.append(String.format("%02X", b));
    }
    return sql.append("'").toString();
  }
}
