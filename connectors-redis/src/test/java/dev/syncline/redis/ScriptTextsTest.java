package dev.syncline.redis;

import static dev.syncline.redis.SinkTarget.bytes;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ScriptTextsTest {

  private final ScriptTexts texts = new ScriptTexts();

  private String add(String text) {
    String sum = ScriptCommand.sum(bytes(text));
    texts.add(sum, bytes(text));
    return sum;
  }

  @Test
  void aScriptIsFoundByItsSum() {
    assertThat(add("return 1")).isEqualTo("e0e1f9fabfc9d4800c877a703b823ac0578ff8db");
    assertThat(texts.find("e0e1f9fabfc9d4800c877a703b823ac0578ff8db")).isEqualTo(bytes("return 1"));
    assertThat(texts.find("0123456789012345678901234567890123456789")).isNull();
  }

  @Test
  void thoseThatWereNotCalledForLongestAreForgotten() {
    String called = add("a".repeat(1 << 20));
    String left = add("b".repeat(1 << 20));
    for (String letter : new String[] {"c", "d", "e"}) {
      assertThat(texts.find(called)).isNotNull();
      add(letter.repeat(1 << 20));
    }

    assertThat(texts.find(called)).isNotNull();
    assertThat(texts.find(left)).isNull();
    String huge = add("f".repeat(5 << 20));
    assertThat(texts.find(huge)).isNull();
    assertThat(texts.find(called)).isNull();
  }
}
