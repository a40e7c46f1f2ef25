package dev.syncline.mysql;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class StructureFindingsTest {

  @Test
  void whatStandsBetweenQuotesIsNotTold() {
    assertThat(StructureFindings.withoutLiterals(" COMMENT 'secret' DEFAULT \"secret\" x 'secr"))
        .isEqualTo("COMMENT '…' DEFAULT \"…\" x '…'");
  }
}
