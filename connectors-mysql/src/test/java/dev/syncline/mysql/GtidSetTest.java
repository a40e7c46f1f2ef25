package dev.syncline.mysql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class GtidSetTest {

  private static final String A = "3e11fa47-71ca-11e1-9e33-c80aa9429562";
  private static final String B = "4350f323-7565-4e59-8763-4b1b83a0ce0e";

  @Property
  void isWhatASetOfIdsIs(
      @ForAll("ids") Set<Gtid> left, @ForAll("ids") Set<Gtid> right, @ForAll("id") Gtid one) {
    GtidSet a = setOf(left);
    GtidSet b = setOf(right);
    Set<String> union = texts(left);
    union.addAll(texts(right));
    Set<String> rest = texts(left);
    rest.removeAll(texts(right));

    assertThat(idsOf(a.plus(b))).isEqualTo(union);
    assertThat(idsOf(a.minus(b))).isEqualTo(rest);
    assertThat(a.containsAll(b)).isEqualTo(left.containsAll(right));
    assertThat(a.contains(one)).isEqualTo(left.contains(one));
    assertThat(a.size()).isEqualTo(left.size());
    assertThat(a.isEmpty()).isEqualTo(left.isEmpty());
  }

  @Property
  void printsWhatItParses(@ForAll("ids") Set<Gtid> ids) {
    GtidSet set = setOf(ids);

    assertThat(GtidSet.parse(set.toString())).isEqualTo(set).hasSameHashCodeAs(set);
    assertThat(set.toString()).doesNotContain("\n", " ");
  }

  @Property
  void doesNotDependOnTheOrderOfAdding(@ForAll("ids") Set<Gtid> ids) {
    GtidSet backwards = GtidSet.EMPTY;
    for (Gtid id : new TreeSet<>(texts(ids)).descendingSet().stream().map(Gtid::parse).toList()) {
      backwards = backwards.plus(id);
    }

    assertThat(backwards).isEqualTo(setOf(ids));
  }

  @Test
  void parsesWhatServersPrint() {
    GtidSet set =
        GtidSet.parse(A.toUpperCase(Locale.ROOT) + ":1-5:7:9-10,\n" + B + ":3:tag_1:1-2:4");

    assertThat(set).hasToString(A + ":1-5:7:9-10," + B + ":3," + B + ":tag_1:1-2:4");
    assertThat(set.contains(Gtid.parse(B + ":TAG_1:4"))).isTrue();
    assertThat(set.contains(Gtid.parse(B + ":4"))).isFalse();
    assertThat(GtidSet.parse(set.toString())).isEqualTo(set);
  }

  @Test
  void joinsTouchingRanges() {
    assertThat(GtidSet.parse(A + ":6-9:1-5:3")).hasToString(A + ":1-9");
    assertThat(GtidSet.parse(" ")).isEqualTo(GtidSet.EMPTY);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "x",
        A,
        A + ":",
        A + ":0",
        A + ":0-5",
        A + ":5-4",
        A + ":1-",
        A + ":-1",
        A + ":1-9223372036854775807",
        A + ":99999999999999999999",
        A + ":1,",
        "," + A + ":1",
        A + ":tag",
        A + ":1:9tag:1",
        A + ":1;" + B + ":1",
        "3e11fa47-71ca-11e1-9e33-c80aa942956:1",
        "0-1-5",
      })
  void refusesWhatIsNoSet(String text) {
    assertThatThrownBy(() -> GtidSet.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("uuid:1-5")
        .hasMessageContaining("'" + text + "'");
  }

  @Provide
  Arbitrary<Gtid> id() {
    return Combinators.combine(
            Arbitraries.of(List.of(A, B, B + ":tag")), Arbitraries.longs().between(1, 40))
        .as(Gtid::new);
  }

  @Provide
  Arbitrary<Set<Gtid>> ids() {
    return id().set().ofMaxSize(60);
  }

  private static GtidSet setOf(Set<Gtid> ids) {
    GtidSet set = GtidSet.EMPTY;
    for (Gtid id : ids) {
      set = set.plus(id);
    }
    return set;
  }

  private static Set<String> texts(Set<Gtid> ids) {
    Set<String> texts = new TreeSet<>();
    ids.forEach(id -> texts.add(id.toString()));
    return texts;
  }

  /** Lists a set's ids from its text, by other means than the set's own. */
  private static Set<String> idsOf(GtidSet set) {
    Set<String> ids = new TreeSet<>();
    for (String part : set.toString().isEmpty() ? new String[0] : set.toString().split(",", -1)) {
      String source = part.contains(":tag") ? part.substring(0, 40) : part.substring(0, 36);
      for (String range : part.substring(source.length() + 1).split(":", -1)) {
        String[] ends = range.split("-", -1);
        for (int n = Integer.parseInt(ends[0]); n <= Integer.parseInt(ends[ends.length - 1]); n++) {
          ids.add(source + ":" + n);
        }
      }
    }
    return ids;
  }
}
