package dev.syncline.mysql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.ObjectKind;
import dev.syncline.TableSelection;
import dev.syncline.mysql.SqlTokens.SqlMode;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FollowedObjectsTest {

  private static final TableSelection SELECTION =
      TableSelection.builder().database("d").database("part", db -> db.tables("a*")).build();

  private static String followed(Set<ObjectKind> kinds, String sql) {
    DdlParser parser = new DdlParser(new SqlVersion(false, 80_031));
    DdlStatement.ObjectChange change =
        (DdlStatement.ObjectChange) parser.parse(sql, SqlMode.DEFAULT).statement();
    return new FollowedObjects(SELECTION, kinds)
        .of(change, "d").stream()
            .map(name -> name.in("d").toString())
            .collect(Collectors.joining(" "));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "CREATE VIEW v AS SELECT 1 AS one|d.v",
        "CREATE VIEW part.a1 AS SELECT 1 AS one|part.a1",
        "CREATE VIEW part.b AS SELECT 1 AS one|''",
        "CREATE VIEW other.v AS SELECT 1 AS one|''",
        "ALTER VIEW other.v AS SELECT 1 AS one|''",
        "DROP VIEW other.v, w, part.b, part.a2|d.w part.a2",
        "CREATE FUNCTION f() RETURNS INT DETERMINISTIC RETURN 1|d.f",
        "CREATE FUNCTION part.f() RETURNS INT DETERMINISTIC RETURN 1|''",
        "DROP FUNCTION other.f|''",
        "CREATE PROCEDURE p() SELECT 1|d.p",
        "CREATE PROCEDURE part.p() SELECT 1|''",
        "DROP PROCEDURE other.p|''",
        "CREATE EVENT e ON SCHEDULE EVERY 1 YEAR DO SELECT 1|d.e",
        "CREATE EVENT part.e ON SCHEDULE EVERY 1 YEAR DO SELECT 1|''",
        "DROP EVENT other.e|''",
        "CREATE TRIGGER r BEFORE INSERT ON t FOR EACH ROW SET NEW.a = 1|d.r",
        "CREATE TRIGGER part.r BEFORE INSERT ON part.a FOR EACH ROW SET NEW.a = 1|part.r",
        "CREATE TRIGGER part.r BEFORE INSERT ON part.b FOR EACH ROW SET NEW.a = 1|''",
        "DROP TRIGGER part.r|part.r",
        "DROP TRIGGER other.r|''",
      })
  void areThoseOfTheSelection(String sql, String expected) {
    assertThat(followed(Set.of(ObjectKind.values()), sql)).isEqualTo(expected);
    assertThat(followed(Set.of(), sql)).isEmpty();
  }
}
