package dev.syncline.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class JdbcCheckpointStoreTest {

  @Test
  void cutsContentWithoutCuttingCharacters() {
    String content = "x" + "\ud83d\ude00".repeat(600_000);

    assertThat(JdbcCheckpointStore.pieces(content))
        .hasSizeGreaterThan(2)
        .allSatisfy(
            piece ->
                assertThat(
                        new String(piece.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8))
                    .isEqualTo(piece))
        .satisfies(pieces -> assertThat(String.join("", pieces)).isEqualTo(content));
  }

  @Test
  void hasOnePieceForAnEmptyContent() {
    assertThat(JdbcCheckpointStore.pieces("")).containsExactly("");
  }
}
