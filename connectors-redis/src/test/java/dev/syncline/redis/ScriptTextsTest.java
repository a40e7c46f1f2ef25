package dev.syncline.redis;

import static dev.syncline.redis.SinkTarget.bytes;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ScriptTextsTest {

  private final ScriptTexts texts = new ScriptTexts();

  @Test
  void aScriptIsFoundByItsSum() {
    assertThat(texts.add(bytes("return 1"))).isEqualTo("e0e1f9fabfc9d4800c877a703b823ac0578ff8db");
    assertThat(texts.find("e0e1f9fabfc9d4800c877a703b823ac0578ff8db")).isEqualTo(bytes("return 1"));
    assertThat(texts.find("0123456789012345678901234567890123456789")).isNull();
    assertThat(ScriptTexts.sumIn(bytes("E0E1F"))).isEqualTo("e0e1f");
  }

  @Test
  void thoseThatWereNotCalledForLongestAreForgotten() {
    String called = texts.add(bytes("a".repeat(1 << 20)));
    String left = texts.add(bytes("b".repeat(1 << 20)));
    for (String letter : new String[] {"c", "d", "e"}) {
      assertThat(texts.find(called)).isNotNull();
      texts.add(bytes(letter.repeat(1 << 20)));
    }

    assertThat(texts.find(called)).isNotNull();
    assertThat(texts.find(left)).isNull();
    String huge = texts.add(bytes("f".repeat(5 << 20)));
    assertThat(texts.find(huge)).isNull();
    assertThat(texts.find(called)).isNull();
  }
}
