package dev.syncline.mysql;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;

final class CutGroupsTest {

  @Test
  void forgetsTheOldestOfTooMany() {
    CutGroups groups = new CutGroups();
    for (int i = 0; i <= CutGroups.MAX_GROUPS; i++) {
      groups.add(at(i));
    }

    assertThat(groups.contains(at(0))).isFalse();
    assertThat(groups.contains(at(1))).isTrue();
    assertThat(groups.contains(at(CutGroups.MAX_GROUPS))).isTrue();
  }

  private static MySqlTransactionId at(long offset) {
    BinlogPoint begin = new BinlogPoint("bin.000001", offset);
    return MySqlTransactionId.of(begin, Optional.empty(), Optional.empty());
  }
}
