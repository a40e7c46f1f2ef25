package dev.syncline.mysql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class CreateTableTextTest {

  private static final String TABLE =
      """
      CREATE TABLE `a (b` (
        `id` int NOT NULL AUTO_INCREMENT COMMENT 'CHARACTER SET latin1, (',
        `t` varchar(10) CHARACTER SET latin1 DEFAULT 'a,''\\\\) FOREIGN KEY',
        `u` varchar(10) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin DEFAULT NULL,
        `w` varchar(10) GENERATED ALWAYS AS (concat(`t`, _latin1'x')) VIRTUAL,
        PRIMARY KEY (`id`),
        KEY `k` (`t` DESC,`id`),
        CONSTRAINT `one` FOREIGN KEY (`t`, `u`) REFERENCES `p` (`x`, `y`) ON DELETE CASCADE,
        CONSTRAINT `c` CHECK ((`id` > 0)),
        CONSTRAINT `two` FOREIGN KEY (`u`) REFERENCES `q`.`p` (`FOREIGN`)
      ) /*!50100 TABLESPACE `ts` */ ENGINE=InnoDB AUTO_INCREMENT=7 DEFAULT CHARSET=utf8mb4\
       DATA DIRECTORY='/var/x/' COMMENT='DATA DIRECTORY=''/y/'''
      /*!50100 PARTITION BY RANGE (`id`)
      (PARTITION p0 VALUES LESS THAN (10) DATA DIRECTORY = '/z' ENGINE = InnoDB) */\
      """;

  @Test
  void leavesAloneWhatItIsNotToldToChange() {
    CreateTableText text = new CreateTableText(TABLE);

    assertThat(text.withForeignKeys(Set.of("one", "two")).sql()).isEqualTo(TABLE);
    assertThat(text.withCollations("", Map.of()).sql()).isEqualTo(TABLE);
  }

  @Test
  void spellsOutTheCollationsOfNamedCharacterSets() {
    String sql =
        new CreateTableText(TABLE)
            .withCollations(
                "utf8mb4_general_ci",
                Map.of("id", "", "t", "latin1_swedish_ci", "u", "no", "w", "no"))
            .sql();

    assertThat(sql)
        .isEqualTo(
            TABLE
                .replace("SET latin1 DEFAULT", "SET latin1 COLLATE latin1_swedish_ci DEFAULT")
                .replace("CHARSET=utf8mb4", "CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci"));
    assertThat(new CreateTableText(sql).withCollations("x", Map.of("t", "y")).sql()).isEqualTo(sql);
  }

  @Test
  void takesForeignKeysAway() {
    assertThat(new CreateTableText(TABLE).withForeignKeys(Set.of("one")).sql())
        .contains("CONSTRAINT `one`", "CHECK ((`id` > 0))\n) /*!50100")
        .doesNotContain("`two`", "REFERENCES `q`");
    assertThat(new CreateTableText(TABLE).withForeignKeys(Set.of()).sql())
        .contains("KEY `k` (`t` DESC,`id`),\n  CONSTRAINT `c`")
        .doesNotContain("CONSTRAINT `one`", "REFERENCES");
  }

  @Test
  void takesPlacesAway() {
    CreateTableText text = new CreateTableText(TABLE);

    assertThat(text.places())
        .containsExactly("TABLESPACE `ts`", "DATA DIRECTORY='/var/x/'", "DATA DIRECTORY = '/z'");
    assertThat(text.withoutPlaces().sql())
        .contains(
            ") /*!50100  */ ENGINE=InnoDB",
            "CHARSET=utf8mb4  COMMENT='DATA DIRECTORY=''/y/'''",
            "LESS THAN (10)  ENGINE = InnoDB");
  }

  @Test
  void findsWhatOlderServersDoNotDo() {
    CreateTableText text = new CreateTableText(TABLE);

    assertThat(text.hasChecks()).isTrue();
    assertThat(text.hasDescendingKeys()).isTrue();
    CreateTableText plain = new CreateTableText("CREATE TABLE `t` (`DESC` int, KEY `CHECK` (`a`))");
    assertThat(plain.hasChecks()).isFalse();
    assertThat(plain.hasDescendingKeys()).isFalse();
    assertThat(plain.keysWithoutOverlaps()).isEmpty();
  }

  @Test
  void findsKeysThatMustNotOverlap() {
    CreateTableText text =
        new CreateTableText(
            "CREATE TABLE `t` (`a` int, `b` date, `c` date, PERIOD FOR `p` (`b`, `c`),"
                + " PRIMARY KEY (`a`,`p` WITHOUT OVERLAPS), UNIQUE KEY `u` (`a`),"
                + " UNIQUE KEY `v` (`a`,`p` WITHOUT OVERLAPS))");

    assertThat(text.keysWithoutOverlaps()).containsExactly("PRIMARY", "v");
  }

  @Test
  void refusesWhatItDoesNotUnderstand() {
    for (String sql :
        new String[] {"CREATE VIEW v", "CREATE TABLE `t`", "CREATE TABLE `t` (`a` i"}) {
      assertThatThrownBy(() -> new CreateTableText(sql))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }
}
