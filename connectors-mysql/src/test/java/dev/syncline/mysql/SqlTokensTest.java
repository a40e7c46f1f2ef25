package dev.syncline.mysql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.syncline.mysql.SqlTokens.SqlMode;
import java.util.StringJoiner;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SqlTokensTest {
  private static final SqlVersion MYSQL_57 = new SqlVersion(false, 50_722);
  private static final SqlVersion MYSQL_80 = new SqlVersion(false, 80_031);
  private static final SqlVersion MYSQL_84 = new SqlVersion(false, 80_403);
  private static final SqlVersion MARIADB = new SqlVersion(true, 101_105);

  /** Kinds and texts, for example {@code W(a) S(.)}. */
  private static String tokens(SqlTokens tokens) {
    StringJoiner text = new StringJoiner(" ");
    while (!tokens.current().isEnd()) {
      SqlToken token = tokens.current();
      text.add(
          token.kind() == SqlToken.Kind.SYMBOL
              ? token.text()
              : token.kind().name().charAt(0) + "(" + token.text() + ")");
      tokens.next();
    }
    return text.toString();
  }

  private static String tokens(String sql) {
    return tokens(new SqlTokens(sql, SqlMode.DEFAULT));
  }

  private static String tokens(String sql, SqlVersion server) {
    return tokens(new SqlTokens(sql, SqlMode.DEFAULT, server));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "1|N(1)",
        "1a|W(1a)",
        "1e|W(1e)",
        "1e5|N(1e5)",
        "1e+5|N(1e+5)",
        "1e-x|W(1e) - W(x)",
        "1.5|N(1.5)",
        "1.|N(1.)",
        ".5|N(.5)",
        ".5e3|N(.5e3)",
        "1.5e-3x|N(1.5e-3) W(x)",
        "1..2|N(1.) N(.2)",
        "0x1F|H(1F)",
        "0x1G|W(0x1G)",
        "0x|W(0x)",
        "0b01|B(01)",
        "0b012|W(0b012)",
        "x'1f'|H(1f)",
        "X'1F'|H(1F)",
        "b'01'|B(01)",
        "x '1f'|W(x) S(1f)",
        "n'a'|S(a)",
        "_utf8'a'|W(_utf8) S(a)",
        "a.b|W(a) . W(b)",
        "a.1e5|W(a) . W(1e5)",
        "a.0x10|W(a) . W(0x10)",
        "a . b|W(a) . W(b)",
        "`a`.5|Q(a) . W(5)",
        "a .5|W(a) N(.5)",
        ".t|. W(t)",
        "5.t|N(5.) W(t)",
        "$a_1|W($a_1)",
        "größe名|W(größe名)",
        "a--b|W(a) - - W(b)",
        "a-- b|W(a)",
        "a#b|W(a)",
        "a--|W(a)",
        "a/**/b|W(a) W(b)",
        "/*a*//*b*/c|W(c)",
        "/* /* */ a|W(a)",
        "a*/b|W(a) * / W(b)",
        "`a``b`|Q(a`b)",
        "@a|@ W(a)",
        "a:=1|W(a) : = N(1)",
      })
  void cutsAsTheServersDo(String sql, String expected) {
    assertThat(tokens(sql)).isEqualTo(expected);
  }

  @Test
  void readsStringsInTheSessionsMode() {
    assertThat(tokens("'it''s' \"a\"\"b\"")).isEqualTo("S(it's) S(a\"b)");
    assertThat(tokens("'a\\'b\\n\\\\\\%'")).isEqualTo("S(a'b\n\\\\%)");
    assertThat(tokens(new SqlTokens("'\\' a", new SqlMode(false, false)))).isEqualTo("S(\\) W(a)");
    assertThat(tokens(new SqlTokens("\"a\"\"b\" 'c'", new SqlMode(true, true))))
        .isEqualTo("Q(a\"b) S(c)");
    assertThat(tokens(new SqlTokens("\"\\\" a", new SqlMode(true, true)))).isEqualTo("Q(\\) W(a)");
  }

  @Test
  void conditionalCommentsAreWhatTheServerTakesThemFor() {
    String sql = "a /*!50723 b */ /*!50722 c */ d";

    assertThat(tokens(sql)).isEqualTo("W(a) W(b) W(c) W(d)");
    assertThat(tokens(sql, MYSQL_57)).isEqualTo("W(a) W(c) W(d)");
    assertThat(tokens(sql, MYSQL_80)).isEqualTo("W(a) W(b) W(c) W(d)");
    assertThat(tokens(sql, MARIADB)).isEqualTo("W(a) W(d)");
    assertThat(tokens("a /*M!100100 b */ /*M! c */", MARIADB)).isEqualTo("W(a) W(b) W(c)");
    assertThat(tokens("a /*M!100100 b */ /*M! c */", MYSQL_80)).isEqualTo("W(a)");
    assertThat(tokens("a /*!b*/ /*!5 c*/", MYSQL_80)).isEqualTo("W(a) W(b) N(5) W(c)");
    assertThat(tokens("/*!080100 a*/ b", MYSQL_84)).isEqualTo("W(a) W(b)");
    assertThat(tokens("/*!080500 a*/ b", MYSQL_84)).isEqualTo("W(b)");
    assertThat(tokens("/*!101100 a*/ b", MARIADB)).isEqualTo("W(a) W(b)");
  }

  @Test
  void conditionalCommentsMayHoldComments() {
    assertThat(tokens("/*!50000 a /* b */ c */ d", MYSQL_80)).isEqualTo("W(a) W(c) W(d)");
    assertThat(tokens("/*!99999 a /* b */ c */ d", MYSQL_80)).isEqualTo("W(d)");
    assertThat(tokens("/*!50000 a /*!50000 b */ c */ d", MARIADB)).isEqualTo("W(a) W(b) W(c) W(d)");
    assertThat(tokens("/*!50000 '*/' */ d", MYSQL_80)).isEqualTo("S(*/) W(d)");
  }

  @Test
  void otherControlCharactersAreNoBlanks() {
    assertThat(tokens("a\t\r\n\f\u000bb")).isEqualTo("W(a) W(b)");
    assertThat(tokens("a\0b")).isEqualTo("W(a) \0 W(b)");
    assertThat(tokens("a --\0b")).isEqualTo("W(a)");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"'a", "`a", "\"a", "/* a", "/*! a", "'a\\'", "a /*!50000", "x'1'", "b'2'"})
  void refusesWhatDoesNotEnd(String sql) {
    assertThatThrownBy(() -> tokens(sql)).isInstanceOf(IllegalArgumentException.class);
  }
}
