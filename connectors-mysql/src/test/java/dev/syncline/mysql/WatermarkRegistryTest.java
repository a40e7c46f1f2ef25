package dev.syncline.mysql;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

final class WatermarkRegistryTest {

  private static final String TOKEN = "0f8b1c1e-aaaa-4b6e-9d0c-5f6a3c2b1d00";
  private static final BinlogPoint POINT = new BinlogPoint("bin.000001", 4);

  private final WatermarkRegistry registry = new WatermarkRegistry();

  @Test
  void notesTheFirstTransactionThatHoldsAnExpectedToken() {
    registry.expect(TOKEN);

    registry.scan(bytes("\u0001\u0002$" + TOKEN + "\u0003"), POINT);
    registry.scan(bytes(TOKEN), POINT.at(900));

    assertThat(registry.find(TOKEN)).contains(POINT);
  }

  @Test
  void doesNotNoteWhatIsNotExpected() {
    registry.expect(TOKEN.replace('a', 'b'));

    registry.scan(bytes(TOKEN), POINT);
    registry.scan(bytes(TOKEN.substring(1)), POINT);

    assertThat(registry.find(TOKEN)).isEmpty();
    assertThat(registry.find(TOKEN.replace('a', 'b'))).isEmpty();
  }

  @Test
  void forgets() {
    registry.expect(TOKEN);
    registry.scan(bytes(TOKEN), POINT);

    registry.forget(TOKEN);

    assertThat(registry.find(TOKEN)).isEmpty();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }
}
