package dev.syncline.mysql;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Seen with MySQL 5.6.14 and 5.7.22 and MariaDB 10.2.11, 10.11.5 and 11.4.5. */
class DatabaseDefaultsTest {

  @ParameterizedTest
  @CsvSource({
    // What counts is the server's collation.
    "mysql 50722, CHARACTER SET DEFAULT, default, ''",
    "mysql 50722, COLLATE latin1_bin CHARACTER SET DEFAULT, default, ''",
    "mariadb 100211, CHARACTER SET DEFAULT, default, ''",
    "mariadb 100211, COLLATE DEFAULT, '', default",
    "mariadb 101105, CHARACTER SET DEFAULT, default, ''",
    // What counts differs, or nobody writes it.
    "mysql 50722, COLLATE DEFAULT, ?, ?",
    "mysql 50722, COLLATE DEFAULT CHARACTER SET latin1, ?, ?",
    "mysql 50722, CHARACTER SET DEFAULT COLLATE latin1_bin, ?, ?",
    "mysql 50722, CHARACTER SET latin1 COLLATE DEFAULT, ?, ?",
    "mariadb 100211, CHARACTER SET DEFAULT COLLATE latin1_bin, ?, ?",
    "mariadb 100211, CHARACTER SET latin1 COLLATE DEFAULT, ?, ?",
    "mariadb 101105, CHARACTER SET latin1 COLLATE DEFAULT, ?, ?",
    "mariadb 101105, COLLATE DEFAULT CHARACTER SET latin1, ?, ?",
    "mariadb 101105, COLLATE DEFAULT, ?, ?",
  })
  void areUnderstoodWhereTheyMeanOneThing(
      String server, String options, String charset, String collation) {
    DdlParser parser = new DdlParser(SqlVersion.parse(server).orElseThrow());

    DdlStatement create =
        parser.parse("CREATE DATABASE d " + options, SqlTokens.SqlMode.DEFAULT).statement();
    DdlStatement alter =
        parser.parse("ALTER DATABASE d " + options, SqlTokens.SqlMode.DEFAULT).statement();

    if (charset.equals("?")) {
      assertThat(create).isInstanceOf(DdlStatement.NotUnderstood.class);
      assertThat(alter).isInstanceOf(DdlStatement.NotUnderstood.class);
    } else {
      assertThat(create)
          .isEqualTo(
              new DdlStatement.CreateDatabase(
                  "d", DdlStatement.Condition.NONE, charset, collation));
      assertThat(alter).isEqualTo(new DdlStatement.AlterDatabase("d", charset, collation));
    }
  }
}
