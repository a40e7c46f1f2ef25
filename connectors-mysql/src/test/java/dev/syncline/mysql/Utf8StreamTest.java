package dev.syncline.mysql;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class Utf8StreamTest {

  @ParameterizedTest
  @ValueSource(strings = {"a", "é", "中", "😀", "a😀", "aé中😀"})
  void encodesAsTheWholeTextWouldBe(String characters) throws IOException {
    String text = characters.repeat(3 * Utf8Stream.PIECE / characters.length() + 1);
    byte[] expected = text.getBytes(StandardCharsets.UTF_8);

    assertThat(new Utf8Stream(text).readAllBytes()).isEqualTo(expected);

    ByteArrayOutputStream one = new ByteArrayOutputStream();
    Utf8Stream stream = new Utf8Stream(text);
    for (int next = stream.read(); next >= 0; next = stream.read()) {
      one.write(next);
    }
    assertThat(one.toByteArray()).isEqualTo(expected);
  }

  @Test
  void endsForGood() throws IOException {
    Utf8Stream stream = new Utf8Stream("");

    assertThat(stream.read()).isEqualTo(-1);
    assertThat(stream.read(new byte[1], 0, 0)).isZero();
    assertThat(stream.read(new byte[1])).isEqualTo(-1);
  }
}
