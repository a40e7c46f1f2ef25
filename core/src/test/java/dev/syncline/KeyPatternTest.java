package dev.syncline;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KeyPatternTest {

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '"',
      textBlock =
          """
          *,            "",       true
          *,            abc,      true
          a*,           abc,      true
          a*,           bac,      false
          *c,           abc,      true
          *b*,          abc,      true
          a*b*c,        aXbYbZc,  true
          a*b*c,        aXbYbZ,   false
          a**c,         abc,      true
          h?llo,        hello,    true
          h?llo,        hllo,     false
          ?,            "",       false
          h[ae]llo,     hallo,    true
          h[ae]llo,     hillo,    false
          h[^e]llo,     hallo,    true
          h[^e]llo,     hello,    false
          h[a-c]llo,    hbllo,    true
          h[c-a]llo,    hbllo,    true
          h[a-c]llo,    hdllo,    false
          [\\]],        ],        true
          [\\^a],       ^,        true
          h\\*llo,      h*llo,    true
          h\\*llo,      hello,    false
          \\[a],        [a],      true
          a\\,          a\\,      true
          [abc,         b,        true
          [abc,         d,        false
          [,            a,        false
          [^,           a,        true
          [a-],         ],        true
          abc,          abc,      true
          abc,          ab,       false
          abc,          abcd,     false
          user:*,       user:1,   true
          user:*,       User:1,   false
          """)
  void meansWhatItMeansForRedis(String pattern, String key, boolean matches) {
    assertThat(new KeyPattern(pattern).matches(bytes(key))).isEqualTo(matches);
  }

  @Test
  void looksAtBytesAndNotAtLetters() {
    assertThat(new KeyPattern("sch??ssel").matches(bytes("schüssel"))).isTrue();
    assertThat(new KeyPattern("sch?ssel").matches(bytes("schüssel"))).isFalse();
    assertThat(new KeyPattern("ü*").matches(bytes("üb"))).isTrue();
    assertThat(new KeyPattern("a*z").matches(new byte[] {'a', 0, '\n', -1, 'z'})).isTrue();
    assertThat(new KeyPattern("[a-z]").matches(new byte[] {-1})).isFalse();
  }

  /** Each star that is tried anew at each byte would take longer than there is time. */
  @Test
  void needsNoLongTimeForManyStars() {
    KeyPattern pattern = new KeyPattern("*a".repeat(40) + "b");
    byte[] key = bytes("a".repeat(20_000));

    Assertions.assertTimeoutPreemptively(
        Duration.ofSeconds(20), () -> assertThat(pattern.matches(key)).isFalse());
  }

  @Property(tries = 20_000)
  void matchesWhatItsDefinitionSays(
      @ForAll("patterns") String pattern, @ForAll("keys") String key) {
    assertThat(new KeyPattern(pattern).matches(bytes(key)))
        .as("pattern '%s', key '%s'", pattern, key)
        .isEqualTo(isMatch(pattern, key));
  }

  @Provide
  static Arbitrary<String> patterns() {
    return Arbitraries.strings().withChars("ab*?[]^-\\").ofMaxLength(8);
  }

  @Provide
  static Arbitrary<String> keys() {
    return Arbitraries.strings().withChars("aab]-^*\\").ofMaxLength(6);
  }

  /** The definition, element by element, without any thought of how long it takes. */
  private static boolean isMatch(String pattern, String key) {
    if (pattern.isEmpty()) {
      return key.isEmpty();
    }
    String rest = pattern.substring(1);
    if (pattern.charAt(0) == '*') {
      return isMatch(rest, key) || (!key.isEmpty() && isMatch(pattern, key.substring(1)));
    }
    if (key.isEmpty()) {
      return false;
    }
    char first = key.charAt(0);
    String others = key.substring(1);
    if (pattern.charAt(0) == '?') {
      return isMatch(rest, others);
    }
    if (pattern.charAt(0) == '[') {
      return isMatchOfClass(rest, first, others);
    }
    String literal = pattern.charAt(0) == '\\' && !rest.isEmpty() ? rest : pattern;
    return literal.charAt(0) == first && isMatch(literal.substring(1), others);
  }

  private static boolean isMatchOfClass(String pattern, char first, String others) {
    boolean negated = pattern.startsWith("^");
    String rest = negated ? pattern.substring(1) : pattern;
    boolean found = false;
    while (!rest.isEmpty() && rest.charAt(0) != ']') {
      int taken = 1;
      if (rest.charAt(0) == '\\' && rest.length() > 1) {
        taken = 2;
        found |= rest.charAt(1) == first;
      } else if (rest.length() > 2 && rest.charAt(1) == '-') {
        taken = 3;
        int from = Math.min(rest.charAt(0), rest.charAt(2));
        int to = Math.max(rest.charAt(0), rest.charAt(2));
        found |= first >= from && first <= to;
      } else {
        found |= rest.charAt(0) == first;
      }
      rest = rest.substring(taken);
    }
    return found != negated && isMatch(rest.isEmpty() ? rest : rest.substring(1), others);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
