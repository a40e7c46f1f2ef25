package dev.syncline.redis;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The slots: b 3300, c 7365, d 11298, a 15495. */
class SlotSplitTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # in one slot
          SET a 1                       | 15495 SET a 1
          DEL {a}1 {a}2                 | 15495 DEL {a}1 {a}2
          SUNIONSTORE {a}1 a            | 15495 SUNIONSTORE {a}1 a
          MSETNX a 1 {a}2 2             | 15495 MSETNX a 1 {a}2 2
          EVAL script 1 a b             | 15495 EVAL script 1 a b
          XGROUP CREATE a g $           | 15495 XGROUP CREATE a g $
          # in several
          DEL a b {a}1 c                | 3300 DEL b; 7365 DEL c; 15495 DEL a {a}1
          UNLINK a b                    | 3300 UNLINK b; 15495 UNLINK a
          TOUCH a b                     | 3300 TOUCH b; 15495 TOUCH a
          MSET a 1 b 2 {a}1 3           | 3300 MSET b 2; 15495 MSET a 1 {a}1 3
          MSETNX a 1 b 2                | 3300 MSET b 2; 15495 MSET a 1
          SMOVE a b m                   | 15495 SREM a m; 3300 SADD b m
          # in none
          PUBLISH c m                   | -1 PUBLISH c m
          SPUBLISH c m                  | 7365 SPUBLISH c m
          SCRIPT LOAD s                 | -2 SCRIPT LOAD s
          FUNCTION FLUSH                | -2 FUNCTION FLUSH
          """)
  void hasAPartForEachSlot(String command, String parts) {
    String split =
        SlotSplit.of(CommandText.command(command)).stream()
            .map(part -> part.slot() + " " + CommandText.of(part.command()))
            .collect(Collectors.joining("; "));

    assertThat(split).isEqualTo(parts);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "RENAME a b",
        "RENAMENX a b",
        "COPY a b",
        "RPOPLPUSH a b",
        "LMOVE a b LEFT LEFT",
        "SUNIONSTORE a b c",
        "ZUNIONSTORE a 1 b",
        "ZRANGESTORE a b 0 -1",
        "BITOP AND a b",
        "PFMERGE a b",
        "SORT a STORE b",
        "GEORADIUS a 1 1 2 km STORE b",
        "EVAL script 2 a b"
      })
  void hasNoPartsIfTheSlotsDependOnEachOther(String command) {
    assertThat(SlotSplit.of(CommandText.command(command))).isEmpty();
  }

  @Test
  void saysWhichArgumentsOfAPartAreKeys() {
    SlotSplit.Part part = SlotSplit.of(CommandText.command("MSET a 1 b 2 {a}1 3")).get(1);

    assertThat(part.command().keyPlaces()).containsExactly(1, 3);
  }
}
