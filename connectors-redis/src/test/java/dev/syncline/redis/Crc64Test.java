package dev.syncline.redis;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class Crc64Test {

  @Test
  void hasTheKnownValue() {
    byte[] digits = "123456789".getBytes(US_ASCII);

    assertThat(Crc64.update(0, digits, 0, digits.length)).isEqualTo(0xe9c6d914c4b8d9caL);
  }

  @Test
  void doesNotDependOnHowTheBytesAreCut() {
    byte[] bytes = new byte[100];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) (i * 37);
    }
    long whole = Crc64.update(0, bytes, 0, bytes.length);

    for (int cut = 0; cut <= bytes.length; cut++) {
      long first = Crc64.update(0, bytes, 0, cut);
      assertThat(Crc64.update(first, bytes, cut, bytes.length)).isEqualTo(whole);
    }
  }
}
