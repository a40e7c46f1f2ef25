package dev.syncline.mysql;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class ConditionalCommentTest {

  @Test
  void findsTheWordsWithTheirVersions() {
    String sql =
        "CREATE TABLE `t` (`a` int /*!80023 INVISIBLE */, KEY `k` (`a`) /*!80000 INVISIBLE */)"
            + " COMMENT='/*!99999 no */' /*M!100301 WITH SYSTEM VERSIONING */ /* plain */"
            + " /*! ALL */ /*!50100 PARTITION BY HASH (`a`) PARTITIONS 2 */";

    assertThat(ConditionalComment.of(sql))
        .containsExactly(
            new ConditionalComment(false, 80023, "INVISIBLE"),
            new ConditionalComment(false, 80000, "INVISIBLE"),
            new ConditionalComment(true, 100301, "WITH SYSTEM VERSIONING"),
            new ConditionalComment(false, 0, "ALL"),
            new ConditionalComment(false, 50100, "PARTITION BY HASH (`a`) PARTITIONS 2"));
  }

  @Test
  void knowsWhoPassesOverThem() {
    MySqlFacts old = MySqlFacts.of("5.7.22-log", Map.of());
    MySqlFacts recent = MySqlFacts.of("8.0.31", Map.of());
    MySqlFacts maria = MySqlFacts.of("10.11.5-MariaDB", Map.of());

    ConditionalComment column = new ConditionalComment(false, 80023, "INVISIBLE");
    assertThat(column.isIgnoredBy(old)).isTrue();
    assertThat(column.isIgnoredBy(recent)).isFalse();
    assertThat(column.isIgnoredBy(maria)).isTrue();
    ConditionalComment partition = new ConditionalComment(false, 50100, "PARTITION");
    assertThat(partition.isIgnoredBy(old)).isFalse();
    assertThat(partition.isIgnoredBy(maria)).isFalse();
    ConditionalComment ofMaria = new ConditionalComment(true, 100301, "X");
    assertThat(ofMaria.isIgnoredBy(recent)).isTrue();
    assertThat(ofMaria.isIgnoredBy(maria)).isFalse();
  }
}
