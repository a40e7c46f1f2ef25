package dev.syncline.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.change.KeyCommand;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ExpiryGraceTest {

  private static final ExpiryGrace GRACE = new ExpiryGrace(500);

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          SET k v PXAT 1000                    | SET k v PXAT 1500
          PEXPIREAT k 1000                     | PEXPIREAT k 1500
          PEXPIREAT k 9223372036854775800      | PEXPIREAT k 9223372036854775807
          RESTORE k 1000 p REPLACE ABSTTL      | RESTORE k 1500 p REPLACE ABSTTL
          HPEXPIREAT k 1000 FIELDS 1 f         | HPEXPIREAT k 1500 FIELDS 1 f
          HPEXPIREAT k 17592186044400 FIELDS 1 f | HPEXPIREAT k 17592186044415 FIELDS 1 f
          hsetex k PXAT 17592186044400 FIELDS 1 f v | hsetex k PXAT 17592186044415 FIELDS 1 f v
          HSETEX k PXAT 1000 FIELDS 1 f v      | HSETEX k PXAT 1500 FIELDS 1 f v
          """)
  void whatExpiresDoesSoALittleLater(String command, String expected) {
    assertThat(CommandText.of(GRACE.of(CommandText.command(command)))).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SET k v",
        "SET k v KEEPTTL",
        "RESTORE k 0 p REPLACE",
        "HSETEX k KEEPTTL FIELDS 1 f v"
      })
  void whatDoesNotExpireIsTheSame(String text) {
    KeyCommand command = CommandText.command(text);

    assertThat(GRACE.of(command)).isSameAs(command);
    assertThat(new ExpiryGrace(0).of(command)).isSameAs(command);
  }
}
