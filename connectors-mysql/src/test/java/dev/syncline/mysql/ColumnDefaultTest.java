package dev.syncline.mysql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.change.Column;
import dev.syncline.mysql.ColumnDefault.Spelling;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ColumnDefaultTest {

  private static Optional<ColumnDefault.Value> value(String type, String constant) {
    Column plain = Images.table(type).columns().get(0);
    Column column =
        new Column(plain.name(), plain.type(), true, plain.origin(), Optional.of(constant));
    return ColumnDefault.value(Images.TABLE, column);
  }

  private static Spelling spelling(boolean quoted) {
    return quoted ? Spelling.QUOTED : Spelling.PLAIN;
  }

  @ParameterizedTest
  @CsvSource({
    "8.0.31, PLAIN",
    "10.1.23-MariaDB, PLAIN",
    "10.2.6-MariaDB, UNCLEAR",
    "10.2.11-MariaDB, QUOTED"
  })
  void isSpelledAsTheServerDoes(String version, Spelling spelling) {
    assertThat(Spelling.of(MySqlFacts.of(version, Map.of()))).isEqualTo(spelling);
  }

  @Test
  void isUnknownWhereTextsAndExpressionsLookAlike() {
    assertThat(ColumnDefault.of("uuid()", true, Spelling.UNCLEAR, false)).isEmpty();
    assertThat(ColumnDefault.of(null, true, Spelling.UNCLEAR, false)).contains("NULL");
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '#',
      nullValues = "null",
      value = {
        "abc, true, false, #'abc'#",
        "null, true, false, NULL",
        "NULL, true, true, NULL",
        "#'NULL'#, true, true, #'NULL'#",
        "5, false, true, #'5'#",
        "-1.50e3, false, true, #'-1.50e3'#",
        "b'101', false, true, #'b'101''#",
        "#'a b'#, false, true, #'a b'#",
        "NULL, true, false, #'NULL'#",
        "null, false, false, NONE",
        "null, false, true, NONE"
      })
  void isReadFromTheCatalog(String text, boolean nullable, boolean quoted, String constant) {
    assertThat(ColumnDefault.of(text, nullable, spelling(quoted), false)).contains(constant);
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '#',
      nullValues = "null",
      value = {
        "current_timestamp(), true, true",
        "(1 + 2), true, true",
        "uuid(), true, true",
        "#'it''s'#, true, true",
        "#'#, true, true"
      })
  void isNotGuessed(String text, boolean nullable, boolean quoted) {
    assertThat(ColumnDefault.of(text, nullable, spelling(quoted), false)).isEmpty();
    assertThat(ColumnDefault.of("1 + 2", true, Spelling.PLAIN, true)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '#',
      value = {
        "float, 0.1",
        "timestamp, 2020-01-01 00:00:00",
        "timestamp, CURRENT_TIMESTAMP",
        "datetime, CURRENT_TIMESTAMP",
        "datetime(3), 2020-01-01",
        "int, x",
        "#decimal(5,2)#, 1.505",
        "varbinary(5), a",
        "binary(5), ##",
        "json, {}",
        "varchar(5), a?b",
        "char(5), #a #",
        "bit(4), 5"
      })
  void isUnknownWhereTheTextDoesNotSayWhatIsStored(String type, String text) {
    assertThat(value(type, "'" + text + "'")).isEmpty();
  }

  @Test
  void isNullWhereThatIsTheDefault() {
    assertThat(value("json", "NULL")).contains(new ColumnDefault.Value(null));
    assertThat(value("varchar(5)", "'NULL'")).contains(new ColumnDefault.Value("NULL"));
  }

  private static boolean mayBe(String type, String constant, Object value) {
    Column plain = Images.table(type).columns().get(0);
    Optional<String> known = Optional.of(constant).filter(text -> !text.isEmpty());
    Column column = new Column(plain.name(), plain.type(), true, plain.origin(), known);
    return ColumnDefault.mayBe(Images.TABLE, column, value);
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '#',
      value = {
        "#'abc'#, ABC",
        "#'abc'#, abd",
        "#''#, x",
        "#'a?b'#, x",
        "NONE, ##",
        "NONE, # #",
        "NONE, \u00AD",
        "##, x"
      })
  void isNotRuledOutByAnotherTextThatMayEqualIt(String constant, String text) {
    assertThat(mayBe("varchar(5)", constant, text)).isTrue();
  }

  @Test
  void isRuledOutWhereTheValueIsAnother() {
    assertThat(mayBe("varchar(5)", "NONE", " a")).isFalse();
    assertThat(mayBe("varchar(5)", "NULL", "a")).isFalse();
    assertThat(mayBe("int", "'5'", 6L)).isFalse();
    assertThat(mayBe("int", "NONE", 1L)).isFalse();
  }

  @Test
  void isNotRuledOutWhereTheValueMayBeIt() {
    assertThat(mayBe("int", "'5'", 5L)).isTrue();
    assertThat(mayBe("int", "'5'", 0L)).as("of a session without strict mode").isTrue();
    assertThat(mayBe("int", "'x'", 6L)).as("a default that is not known").isTrue();
    assertThat(mayBe("int", "", 6L)).as("nothing is known").isTrue();
    assertThat(mayBe("enum('x','y')", "NONE", "x")).as("the first label").isTrue();
    assertThat(mayBe("varbinary(3)", "'a'", new byte[] {97})).isTrue();
  }
}
