package dev.syncline.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.syncline.Completion;
import dev.syncline.ObjectKind;
import dev.syncline.SyncException;
import dev.syncline.TableStructure.TableSize;
import dev.syncline.change.Column;
import dev.syncline.change.ColumnType;
import dev.syncline.change.ForeignKey;
import dev.syncline.change.KeyRange;
import dev.syncline.change.TableDefinition;
import dev.syncline.change.TableId;
import dev.syncline.change.UniqueKey;
import dev.syncline.change.ValueKind;
import dev.syncline.internal.Checkpoint.Copying;
import dev.syncline.internal.Checkpoint.Phase;
import dev.syncline.internal.Checkpoint.PlannedTable;
import dev.syncline.internal.Checkpoint.Preparation;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CheckpointCodecTest {

  private static final Checkpoint SMALL =
      new Checkpoint(
          "id",
          3,
          Phase.STRUCTURED,
          new Checkpoint.Decided(Optional.of(Set.of()), Optional.empty(), List.of()),
          Map.of("binlog", "mysql-bin.000001:4"),
          List.of(),
          List.of(),
          Map.of(),
          List.of(),
          Map.of());

  private static String encode(Checkpoint checkpoint) {
    return new CheckpointCodec("job").encode(checkpoint);
  }

  private static Checkpoint decode(String text) {
    return new CheckpointCodec("job").decode(text);
  }

  @Property(tries = 500, edgeCases = EdgeCasesMode.NONE)
  void readsBackWhatItWrites(@ForAll("checkpoints") Checkpoint checkpoint) {
    String text = encode(checkpoint);

    assertThat(decode(text)).isEqualTo(checkpoint);
  }

  @Property(tries = 1_000, edgeCases = EdgeCasesMode.NONE)
  void noticesEveryChangedCharacter(
      @ForAll("checkpoints") Checkpoint checkpoint,
      @ForAll @IntRange(max = 1_000_000) int place,
      @ForAll("characters") char other) {
    StringBuilder text = new StringBuilder(encode(checkpoint));
    int at = place % text.length();
    if (text.charAt(at) != other) {
      text.setCharAt(at, other);
      assertRefused(text.toString());
    }
  }

  @Property(tries = 500, edgeCases = EdgeCasesMode.NONE)
  void noticesEveryEndThatIsMissing(
      @ForAll("checkpoints") Checkpoint checkpoint, @ForAll @IntRange(max = 1_000_000) int place) {
    String text = encode(checkpoint);

    assertRefused(text.substring(0, place % text.length()));
  }

  @Property(tries = 500, edgeCases = EdgeCasesMode.NONE)
  void noticesEveryLineThatIsMissingOrDoubled(
      @ForAll("checkpoints") Checkpoint checkpoint,
      @ForAll @IntRange(max = 1_000_000) int place,
      @ForAll boolean doubled) {
    List<String> lines = encode(checkpoint).lines().toList();
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i) + '\n';
      boolean hit = i == place % lines.size();
      text.append(!hit ? line : doubled ? line + line : "");
    }

    assertRefused(text.toString());
  }

  private static void assertRefused(String text) {
    assertThatThrownBy(() -> new CheckpointCodec("orders").decode(text))
        .isInstanceOf(SyncException.class)
        .hasMessageStartingWith("The checkpoint of job 'orders' cannot be read: ")
        .hasMessageEndingWith(
            "It was damaged, or written by another version. Restore it, or delete it and start the"
                + " job anew.");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "\n", "syncline-checkpoint\t1\nend\t0\n", "nonsense"})
  void refusesOtherTexts(String text) {
    assertRefused(text);
  }

  @Test
  void refusesAnotherFormatByName() {
    assertThatThrownBy(() -> decode("syncline-checkpoint\t4\njob\tid\nend\t0\n"))
        .isInstanceOf(SyncException.class)
        .hasMessageContaining("it has format '4', and this version of Syncline reads format '3'.");
  }

  @Property(tries = 200, edgeCases = EdgeCasesMode.NONE)
  void remembersNothingThatIsNotSoAnyMore(
      @ForAll("checkpoints") Checkpoint one, @ForAll("checkpoints") Checkpoint other) {
    CheckpointCodec codec = new CheckpointCodec("job");
    List<PlannedTable> mixed = new ArrayList<>(one.tables());
    mixed.addAll(other.tables());
    Checkpoint both =
        new Checkpoint(
            one.jobId(),
            one.epoch(),
            one.phase(),
            one.decided(),
            one.positions(),
            mixed,
            other.history(),
            one.memory(),
            other.arrivals(),
            one.since());

    for (Checkpoint checkpoint : List.of(one, both, one, other, both)) {
      String text = encode(checkpoint);
      assertThat(codec.encode(checkpoint)).isEqualTo(text);
      assertThat(codec.decode(text)).isEqualTo(checkpoint);
    }
  }

  @Test
  void writesLinesOfWordsAndFields() {
    assertThat(encode(SMALL))
        .isEqualTo(
            """
            syncline-checkpoint\t3
            job\tid\t3\tSTRUCTURED
            object\tnone
            position\tbinlog\tmysql-bin.000001:4
            end\tef6ae2cf
            """);
  }

  @Test
  void readsThatAnEarlierVersionMadeNoObjects() {
    Checkpoint read =
        decode(
            """
            syncline-checkpoint\t3
            job\tid\t3\tSTRUCTURED
            position\tbinlog\tmysql-bin.000001:4
            end\tf7490cc5
            """);

    assertThat(read.decided().objects()).isEmpty();
    assertThat(read.kinds()).isEmpty();
    assertThat(SMALL.decided().objects()).contains(Set.of());
  }

  @Test
  void readsThatAnEarlierVersionHasNotNotedSinceWhenItHolds() {
    Checkpoint noted = SMALL.withSince(Map.of("binlog", "mysql-bin.000001:4"));

    assertThat(encode(noted)).contains("\nsince\tbinlog\tmysql-bin.000001:4\n");
    assertThat(decode(encode(noted))).isEqualTo(noted);
    assertThat(decode(encode(SMALL)).since()).isEmpty();
  }

  @Provide
  Arbitrary<Character> characters() {
    return Arbitraries.of('\t', '\n', '\\', '0', 'x', ' ', 'ä');
  }

  @Provide
  Arbitrary<Checkpoint> checkpoints() {
    Arbitrary<Map<String, String>> positions = Arbitraries.maps(texts(), texts()).ofMaxSize(3);
    Arbitrary<Function<List<Arrival>, Checkpoint>> withoutArrivals =
        Combinators.combine(
                texts(),
                Arbitraries.longs().greaterOrEqual(1),
                Arbitraries.of(Phase.class),
                decided(),
                positions,
                tables().list().ofMaxSize(3),
                history().list().ofMaxSize(2),
                Arbitraries.maps(texts(), texts()).ofMaxSize(2))
            .as(
                (id, epoch, phase, decided, at, tables, history, memory) ->
                    arrivals ->
                        new Checkpoint(
                            id, epoch, phase, decided, at, tables, history, memory, arrivals,
                            Map.of()));
    return Combinators.combine(withoutArrivals, arrivals().list().ofMaxSize(2), positions)
        .as((checkpoint, arrivals, since) -> checkpoint.apply(arrivals).withSince(since));
  }

  private static Arbitrary<Arrival> arrivals() {
    Arbitrary<Arrival.Seen> seen =
        Combinators.combine(
                Arbitraries.maps(texts(), texts()).ofMinSize(1).ofMaxSize(2), tables().optional())
            .as(Arrival.Seen::new);
    return Combinators.combine(tableIds(), seen.optional()).as(Arrival::new);
  }

  private static Arbitrary<Checkpoint.Decided> decided() {
    return Combinators.combine(
            Arbitraries.of(ObjectKind.class).set().optional(),
            texts().optional(),
            texts().list().ofMaxSize(2))
        .as(Checkpoint.Decided::new);
  }

  private static Arbitrary<String> texts() {
    Arbitrary<String> nasty =
        Arbitraries.strings().withChars('\t', '\n', '\r', '\\', 'n', 't', ' ').ofMaxLength(6);
    return Arbitraries.oneOf(nasty, Arbitraries.strings().ofMaxLength(8))
        .filter(text -> text.chars().noneMatch(c -> Character.isSurrogate((char) c)));
  }

  private static Arbitrary<String> names() {
    return texts().filter(text -> !text.isEmpty());
  }

  private static Arbitrary<PlannedTable> tables() {
    Arbitrary<TableSize> sizes =
        Combinators.combine(
                Arbitraries.longs().greaterOrEqual(0), Arbitraries.longs().greaterOrEqual(0))
            .as(TableSize::new);
    Arbitrary<Copying> completed =
        Combinators.combine(texts(), texts(), texts())
            .as((after, upTo, asOf) -> new Completion(new KeyRange(after, upTo), asOf))
            .map(Copying::upTo);
    Arbitrary<Copying> copying =
        Arbitraries.oneOf(completed, Arbitraries.of(Copying.NOTHING, Copying.AFRESH));
    return Combinators.combine(definitions(), Arbitraries.of(Preparation.class), sizes, copying)
        .as(PlannedTable::new);
  }

  private static Arbitrary<HistoryEntry> history() {
    return Combinators.combine(
            names(),
            texts(),
            tableIds().set().ofMaxSize(3),
            tables().list().ofMaxSize(2),
            texts().optional(),
            tableIds().set().ofMaxSize(2))
        .as(HistoryEntry::new);
  }

  private static Arbitrary<TableDefinition> definitions() {
    Arbitrary<ColumnType> types =
        Combinators.combine(Arbitraries.of(ValueKind.class), texts(), texts(), texts())
            .as(ColumnType::new);
    Arbitrary<Column> columns =
        Combinators.combine(
                names(),
                types,
                Arbitraries.of(true, false),
                Arbitraries.of(Column.Origin.class),
                texts().optional())
            .as(Column::new);
    Arbitrary<UniqueKey> keys =
        Combinators.combine(
                names(),
                Arbitraries.integers().between(0, 1).list().ofMaxSize(2),
                Arbitraries.of(UniqueKey.Coverage.class))
            .as(UniqueKey::new);
    return Combinators.combine(
            tableIds(),
            columns.list().ofMinSize(2).ofMaxSize(4),
            keys.list().ofMaxSize(2),
            foreignKeys().list().ofMaxSize(2),
            texts())
        .as(
            (id, all, unique, foreign, notes) ->
                new TableDefinition(id, id, all, unique, foreign, notes));
  }

  private static Arbitrary<TableId> tableIds() {
    return Combinators.combine(names(), names()).as(TableId::new);
  }

  private static Arbitrary<ForeignKey> foreignKeys() {
    Arbitrary<Map<String, Integer>> columns =
        Arbitraries.maps(texts(), Arbitraries.integers().between(0, 1)).ofMaxSize(3);
    return Combinators.combine(
            names(),
            columns,
            tableIds(),
            Arbitraries.of(ForeignKey.Rule.class),
            Arbitraries.of(ForeignKey.Rule.class),
            Arbitraries.of(true, false))
        .as(
            (name, pairs, parent, onDelete, onUpdate, logged) ->
                new ForeignKey(
                    name,
                    List.copyOf(pairs.values()),
                    parent,
                    List.copyOf(pairs.keySet()),
                    onDelete,
                    onUpdate,
                    logged));
  }
}
