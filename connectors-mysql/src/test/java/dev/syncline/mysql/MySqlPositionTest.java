package dev.syncline.mysql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.syncline.change.TransactionId;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class MySqlPositionTest {

  private static final String A = "3e11fa47-71ca-11e1-9e33-c80aa9429562";

  @Property
  void printsWhatItParses(@ForAll("positions") MySqlPosition position) {
    assertThat(MySqlPosition.parse(position.toString())).isEqualTo(position);
    assertThat(position.toString()).doesNotContain("\n");
  }

  @Property
  void plainPositionsAreOrderedByFileThenOffset(
      @ForAll @LongRange(min = 1, max = 2_000_000) long file,
      @ForAll @LongRange(min = 1, max = 2_000_000) long otherFile,
      @ForAll @LongRange(min = 0, max = 1L << 40) long offset,
      @ForAll @LongRange(min = 0, max = 1L << 40) long otherOffset) {
    MySqlPosition one = plain("bin.%06d".formatted(file), offset);
    MySqlPosition other = plain("bin.%06d".formatted(otherFile), otherOffset);

    int expected =
        file != otherFile ? Long.compare(file, otherFile) : Long.compare(offset, otherOffset);
    assertThat(Integer.signum(one.compareTo(other))).isEqualTo(expected);
    assertThat(Integer.signum(other.compareTo(one))).isEqualTo(-expected);
  }

  @Test
  void gtidsCountMoreThanThePoint() {
    MySqlPosition earlier = MySqlPosition.parse("other.000900:7 gtids=" + A + ":1-5");
    MySqlPosition later = MySqlPosition.parse("bin.000001:4 gtids=" + A + ":1-6");

    assertThat(earlier).isLessThan(later);
  }

  @Test
  void withTheSameGtidsThePointDecides() {
    MySqlPosition earlier = MySqlPosition.parse("bin.000001:900 gtids=" + A + ":1-5");
    MySqlPosition later = MySqlPosition.parse("bin.000002:4 gtids=" + A + ":1-5");

    assertThat(earlier).isLessThan(later);
  }

  @Test
  void withGtidsAPositionOfAnotherServerIsCoveredWhateverItsPoint() {
    MySqlPosition ofTheOldServer = MySqlPosition.parse("other.000900:7 gtids=" + A + ":1-5");
    MySqlPosition same = MySqlPosition.parse("bin.000001:4 gtids=" + A + ":1-5");
    MySqlPosition asMany = MySqlPosition.parse("bin.000001:4 gtids=" + A + ":1-4:6");

    assertThat(same.covers(ofTheOldServer)).isTrue();
    assertThat(ofTheOldServer.covers(same)).isTrue();
    assertThat(asMany.covers(same)).isFalse();
    assertThat(plain("bin.000002", 4).covers(plain("bin.000001", 900))).isTrue();
    assertThat(plain("bin.000001", 4).covers(plain("bin.000001", 900))).isFalse();
  }

  @Test
  void aPointOfAnotherServerPassesNoMark() {
    GtidMark mark = new GtidMark(GtidSet.parse(A + ":1-9"), new BinlogPoint("bin.000003", 100));

    assertThat(mark.isPassedAt(MySqlPosition.parse("bin.000900:7 gtids=" + A + ":1-5"))).isFalse();
    assertThat(mark.isPassedAt(MySqlPosition.parse("bin.000003:99 gtids=" + A + ":1-9"))).isFalse();
    assertThat(mark.isPassedAt(MySqlPosition.parse("bin.000003:100 gtids=" + A + ":1-9"))).isTrue();
  }

  @Test
  void includesByGtidWhereBothHaveOne() {
    MySqlPosition position = MySqlPosition.parse("bin.000001:900 gtids=" + A + ":1-5:7");

    assertThat(position.includes(transaction("bin.000009:4", A + ":7"))).isTrue();
    assertThat(position.includes(transaction("bin.000001:4", A + ":6"))).isFalse();
    assertThat(position.includes(transaction("bin.000001:899", ""))).isTrue();
    assertThat(position.includes(transaction("bin.000001:900", ""))).isFalse();
  }

  @Test
  void includesByDomainAndSequenceOnMariaDb() {
    MySqlPosition position = MySqlPosition.parse("bin.000002:900 mariadb=0-1-5,7-2-90");

    assertThat(position.includes(mariaDb("other.000009:4", "0-1-5"))).isTrue();
    assertThat(position.includes(mariaDb("other.000009:4", "0-3-4"))).isTrue();
    assertThat(position.includes(mariaDb("bin.000001:4", "0-1-6"))).isFalse();
    assertThat(position.includes(mariaDb("bin.000001:4", "7-1-18446744073709551615"))).isFalse();
    assertThat(position.includes(mariaDb("bin.000001:4", "1-1-1"))).isFalse();
  }

  @Test
  void positionsOfMariaDbAreOrderedByTheirSequences() {
    MySqlPosition earlier = MySqlPosition.parse("other.000900:7 mariadb=0-1-9,7-1-2");
    MySqlPosition later = MySqlPosition.parse("bin.000001:4 mariadb=0-2-10,7-1-2");
    MySqlPosition same = MySqlPosition.parse("bin.000001:4 mariadb=0-1-9,7-1-2");
    MySqlPosition elsewhere = MySqlPosition.parse("bin.000001:4 mariadb=0-1-99");
    MySqlPosition diverged = MySqlPosition.parse("bin.000001:4 mariadb=0-3-9,7-1-2");
    MySqlPosition empty = MySqlPosition.parse("bin.000009:4 mariadb=");

    assertThat(earlier).isLessThan(later);
    assertThat(empty).isLessThan(earlier);
    assertThat(later.covers(earlier)).isTrue();
    assertThat(earlier.covers(later)).isFalse();
    assertThat(same.covers(earlier)).isTrue();
    assertThat(earlier.covers(same)).isTrue();
    assertThat(earlier.covers(empty)).isTrue();
    assertThat(empty.covers(earlier)).isFalse();
    assertThat(elsewhere.covers(earlier)).isFalse();
    assertThat(diverged.covers(earlier)).isFalse();
  }

  @Test
  void aMarkOfMariaDbIsPassedByItsTransactionsWhateverThePoint() {
    MariaDbMark mark =
        MariaDbMark.of(
            new XaUnderWay(Set.of("x")),
            new BinlogPoint("bin.000003", 90),
            new BinlogPoint("bin.000003", 100),
            MariaDbGtids.parse("0-1-9,5-1-3"));

    assertThat(mark.isPassedAt(MySqlPosition.parse("bin.000900:7 mariadb=0-1-9,5-1-2"))).isFalse();
    assertThat(mark.isPassedAt(MySqlPosition.parse("bin.000900:7 mariadb=0-1-10"))).isFalse();
    assertThat(mark.isPassedAt(MySqlPosition.parse("bin.000001:4 mariadb=0-2-10,5-1-3"))).isTrue();
    assertThat(mark.isBefore(mariaDb("bin.000003:99", "0-1-8"))).isTrue();
    assertThat(mark.isBefore(mariaDb("bin.000003:100", "0-1-9"))).isFalse();
    assertThat(mark.isBefore(mariaDb("bin.000003:89", "0-1-8").committing("y"))).isTrue();
    assertThat(mark.isBefore(mariaDb("bin.000003:90", "0-1-8").committing("y"))).isFalse();
    assertThat(mark.isBefore(mariaDb("bin.000003:9", "0-1-7").committing("x"))).isFalse();
  }

  /** Its log does not say which transactions are XA. */
  @Test
  void aMarkOfAnOldMariaDbTakesEachTransactionForXa() {
    BinlogPoint shown = new BinlogPoint("bin.000003", 90);
    BinlogPoint view = new BinlogPoint("bin.000003", 100);
    BinlogPoint earlierView = new BinlogPoint("bin.000003", 80);
    MariaDbGtids high = MariaDbGtids.parse("0-1-9");

    MariaDbMark known = MariaDbMark.ofAnyXa(Optional.of(shown), view, high);
    MariaDbMark others = MariaDbMark.ofAnyXa(Optional.of(shown), earlierView, high);
    MariaDbMark unknown = MariaDbMark.ofAnyXa(Optional.empty(), view, high);

    assertThat(known.isBefore(mariaDb("bin.000003:89", "0-1-8"))).isTrue();
    assertThat(known.isBefore(mariaDb("bin.000003:90", "0-1-9"))).isFalse();
    assertThat(others.isBefore(mariaDb("bin.000003:79", "0-1-7"))).isTrue();
    assertThat(others.isBefore(mariaDb("bin.000003:80", "0-1-8"))).isFalse();
    assertThat(unknown.isBefore(mariaDb("bin.000001:4", "0-1-1"))).isFalse();
    assertThat(unknown.isPassedAt(MySqlPosition.parse("bin.000003:99 mariadb=0-1-9"))).isTrue();
  }

  @Test
  void includesByPointWithoutGtids() {
    MySqlPosition position = plain("bin.000002", 900);

    assertThat(position.includes(transaction("bin.000001:9999", ""))).isTrue();
    assertThat(position.includes(transaction("bin.000002:899", ""))).isTrue();
    assertThat(position.includes(transaction("bin.000002:900", ""))).isFalse();
  }

  @Test
  void thatTheBeginningOfTheFileIsKnownIsProgressButNoCondition() {
    MySqlPosition first = MySqlPosition.parse("bin.000001:900 server=a");
    MySqlPosition begun = MySqlPosition.parse("bin.000001:900 server=a created=1700000000");

    assertThat(first).isLessThan(begun);
    assertThat(first.covers(begun)).isTrue();
    assertThat(begun.covers(first)).isTrue();
  }

  @Test
  void doesNotCompareDifferentKinds() {
    MySqlPosition gtids = MySqlPosition.parse("bin.000001:900 gtids=" + A + ":1-5");
    MySqlPosition plain = plain("bin.000001", 900);

    assertThatThrownBy(() -> gtids.compareTo(plain))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'bin.000001:900 server=" + A + "'");
    assertThatThrownBy(() -> plain.includes(new TransactionId() {}))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "bin.000001:4",
        "bin.000001:4 ",
        "bin.000001 gtids=",
        "bin.000001:-4 gtids=",
        "bin.000001:x server=" + A,
        "bin.000001:4 server=",
        "bin.000001:4 server=a b",
        "bin.000001:4 server=a created=",
        "bin.000001:4 server=a created=x",
        "bin.000001:4 server=a created=99999999999",
        "bin.000001:4 gtids=" + A,
        "bin.000001:4 mariadb=0-1-2,0-1-3",
        "bin.000001:4 mariadb=0-1",
        "bin.000001:4 mariadb=0-1-2,",
        "bin.000001:4 mariadb=0-1-99999999999999999999",
        "bin:4 server=" + A,
        ":4 server=" + A,
        "bin.000001:4 lsn=5",
        "bin.000001:4 server=" + A + "\n",
        "bin.000001:99999999999999999999 server=" + A,
      })
  void refusesWhatIsNoPosition(String text) {
    assertThatThrownBy(() -> MySqlPosition.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .message()
        .isNotBlank();
  }

  /** Whoever is behind the beginning of a transaction is not behind its end, and not before it. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          b.1:90 gtids=U:1-5 | b.1:120 gtids=U:1-5 begun=U:6 | b.1:200 gtids=U:1-6
          b.1:90 mariadb=0-1-5 | b.1:90 mariadb=0-1-5 begun=0-1-6 | b.1:200 mariadb=0-1-6
          b.1:90 server=s | b.1:90 server=s begun=b.1:90 | b.1:200 server=s
          """)
  void theBeginningOfATransactionLiesBetweenItsEnds(String before, String begun, String behind) {
    List<MySqlPosition> positions =
        Stream.of(before, begun, behind).map(t -> MySqlPosition.parse(t.replace("U", A))).toList();

    for (int i = 0; i < positions.size(); i++) {
      for (int j = 0; j < positions.size(); j++) {
        MySqlPosition one = positions.get(i);
        MySqlPosition other = positions.get(j);
        assertThat(one.covers(other)).as("%s covers %s", one, other).isEqualTo(i >= j);
        assertThat(Integer.signum(one.compareTo(other))).isEqualTo(Integer.compare(i, j));
      }
      assertThat(MySqlPosition.parse(positions.get(i).toString())).isEqualTo(positions.get(i));
    }
  }

  /** Another server may have logged transactions in another order. */
  @Test
  void othersThatWereReadMeanwhileDoNotStandForTheBeginning() {
    MySqlPosition begun = MySqlPosition.parse("bin.000001:9 gtids=" + A + ":1-5 begun=" + A + ":6");
    MySqlPosition others = MySqlPosition.parse("bin.000001:99 gtids=" + A + ":1-5:7-8");

    assertThat(others.covers(begun)).isFalse();
    assertThat(others).isGreaterThan(begun);
  }

  @Provide
  Arbitrary<MySqlPosition> positions() {
    Arbitrary<BinlogPoint> points =
        Combinators.combine(
                Arbitraries.of("binlog", "my sql:bin", "mysql.bin"),
                Arbitraries.longs().between(1, 9_999_999),
                Arbitraries.longs().between(0, Long.MAX_VALUE / 100))
            .as((name, file, offset) -> new BinlogPoint(name + ".%06d".formatted(file), offset));
    Arbitrary<MySqlPosition.Progress> progress =
        Arbitraries.of(
            new MySqlPosition.Plain(A, Optional.empty()),
            new MySqlPosition.Plain(A, Optional.of(Instant.ofEpochSecond(4_294_967_295L))),
            new MySqlPosition.Gtids(GtidSet.EMPTY),
            new MySqlPosition.Gtids(GtidSet.parse(A + ":1-5:7," + A + ":tag:9")),
            new MySqlPosition.MariaDb(MariaDbGtids.EMPTY),
            new MySqlPosition.MariaDb(
                MariaDbGtids.parse("0-1-270,4294967295-4294967295-18446744073709551615")));
    return Combinators.combine(points, progress).as(MySqlPosition::new);
  }

  private static MySqlPosition plain(String file, long offset) {
    return new MySqlPosition(
        new BinlogPoint(file, offset), new MySqlPosition.Plain(A, Optional.empty()));
  }

  private static MySqlTransactionId transaction(String begin, String gtid) {
    int colon = begin.lastIndexOf(':');
    return MySqlTransactionId.of(
        new BinlogPoint(begin.substring(0, colon), Long.parseLong(begin.substring(colon + 1))),
        Optional.of(gtid).filter(text -> !text.isEmpty()).map(Gtid::parse),
        Optional.empty());
  }

  private static MySqlTransactionId mariaDb(String begin, String gtid) {
    return MySqlTransactionId.of(
        transaction(begin, "").begin(),
        Optional.empty(),
        Optional.of(MariaDbGtid.parseAll(gtid).get(0)));
  }
}
