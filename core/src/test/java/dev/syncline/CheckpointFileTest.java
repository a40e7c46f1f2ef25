package dev.syncline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.syncline.CheckpointFile.DamagedException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class CheckpointFileTest {

  private static final StoredCheckpoint CHECKPOINT =
      new StoredCheckpoint(42, "state FOLLOWING\nlane 0 \u00e4\ud83d\ude00\n\nend");

  @Test
  void parsesWhatItPrints() throws DamagedException {
    byte[] bytes = CheckpointFile.print("shop", CHECKPOINT);

    assertThat(CheckpointFile.parse("shop", bytes)).isEqualTo(CHECKPOINT);
  }

  @Test
  void refusesAFileThatWasCutAtAnyByte() {
    byte[] bytes = CheckpointFile.print("shop", CHECKPOINT);

    for (int length = 0; length < bytes.length; length++) {
      byte[] torn = Arrays.copyOf(bytes, length);
      assertThatThrownBy(() -> CheckpointFile.parse("shop", torn))
          .as("cut at byte %d", length)
          .isInstanceOf(DamagedException.class);
    }
  }

  @Test
  void refusesAFileInWhichAnyBitIsWrong() {
    byte[] bytes = CheckpointFile.print("shop", CHECKPOINT);

    for (int bit = 0; bit < bytes.length * Byte.SIZE; bit++) {
      byte[] wrong = bytes.clone();
      wrong[bit / Byte.SIZE] ^= (byte) (1 << bit % Byte.SIZE);
      assertThatThrownBy(() -> CheckpointFile.parse("shop", wrong))
          .as("bit %d", bit)
          .isInstanceOf(DamagedException.class);
    }
  }

  @Test
  void refusesAFileThatGoesOnBehindItsEnd() {
    byte[] bytes = CheckpointFile.print("shop", CHECKPOINT);

    byte[] longer = Arrays.copyOf(bytes, bytes.length + 1);

    assertThatThrownBy(() -> CheckpointFile.parse("shop", longer))
        .isInstanceOf(DamagedException.class);
  }

  @Test
  void refusesTheFileOfAnotherJob() {
    byte[] bytes = CheckpointFile.print("shop", CHECKPOINT);

    assertThatThrownBy(() -> CheckpointFile.parse("shop2", bytes))
        .isInstanceOf(DamagedException.class)
        .hasMessageContaining("'shop'");
  }

  @Test
  void readsFilesOfFormat1() throws IOException, DamagedException {
    byte[] bytes;
    try (InputStream file = getClass().getResourceAsStream("/checkpoints/format-1.checkpoint")) {
      bytes = file.readAllBytes();
    }

    assertThat(CheckpointFile.parse("shop", bytes)).isEqualTo(CHECKPOINT);
  }

  @Test
  void refusesALaterFormatByItsNumber() {
    byte[] later =
        "syncline-checkpoint 2 00000000\nversion 1\njob shop\n".getBytes(StandardCharsets.UTF_8);

    assertThatThrownBy(() -> CheckpointFile.parse("shop", later))
        .isInstanceOf(DamagedException.class)
        .hasMessageContaining("format 2");
  }
}
