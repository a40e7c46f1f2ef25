package dev.syncline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.syncline.change.Position;
import dev.syncline.change.TableChange;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SyncJobBuilderTest {

  private static final TableSelection SHOP = TableSelection.builder().database("shop").build();

  /** A source that only follows. */
  private record Follower() implements Source<TableChange> {

    @Override
    public SourceSession<TableChange> open(SourceScope<TableChange> scope) {
      throw new AssertionError("Nothing is opened here.");
    }

    @Override
    public Position parsePosition(String text) {
      throw new AssertionError("Nothing is parsed here.");
    }

    @Override
    public String toString() {
      return "follower";
    }
  }

  /** A source that understands one condition. */
  private record Filtering() implements FilteringSource {

    @Override
    public void checkCondition(String condition) {
      if (!condition.equals("id > 1")) {
        throw new IllegalArgumentException("No column '" + condition + "'.");
      }
    }

    @Override
    public TableSourceSession open(SourceScope<TableChange> scope) {
      throw new AssertionError("Nothing is opened here.");
    }

    @Override
    public Position parsePosition(String text) {
      throw new AssertionError("Nothing is parsed here.");
    }
  }

  /** A sink that only writes. */
  private record Plain() implements PlainSink<TableChange> {

    @Override
    public SinkWriter<TableChange> openWriter() {
      throw new AssertionError("Nothing is opened here.");
    }

    @Override
    public String toString() {
      return "plain";
    }
  }

  /** A sink that makes tables, but keeps no progress. */
  private record Maker() implements PlainSink<TableChange>, StructureSink {

    @Override
    public SinkWriter<TableChange> openWriter() {
      throw new AssertionError("Nothing is opened here.");
    }

    @Override
    public StructureWriter openStructureWriter() {
      throw new AssertionError("Nothing is opened here.");
    }

    @Override
    public String toString() {
      return "maker";
    }
  }

  /** A sink with risks. */
  private record Careful() implements PlainSink<TableChange>, CheckedSink {

    @Override
    public SinkWriter<TableChange> openWriter() {
      throw new AssertionError("Nothing is opened here.");
    }

    @Override
    public List<Finding> check(SinkCheck check) {
      throw new AssertionError("Nothing is checked here.");
    }

    @Override
    public Set<String> risks() {
      return Set.of("STRANGE_COLLATION", "SLOW_DISK");
    }

    @Override
    public String toString() {
      return "careful";
    }
  }

  private static SyncJobBuilder<TableChange> complete(Sink<TableChange> sink) {
    return SyncJob.from(new Follower())
        .to(sink)
        .named("orders")
        .select(SHOP)
        .checkpoints(new MemoryCheckpointStore());
  }

  private static void assertCannotBeBuilt(SyncJobBuilder<TableChange> builder, String... problems) {
    assertThatThrownBy(builder::build)
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("Job 'orders' cannot be built:\n" + String.join("\n", problems));
  }

  @Test
  void buildsAJobThatConnectsToNothing() {
    try (SyncJob<TableChange> job = complete(new Plain()).build()) {
      assertThat(job.name()).isEqualTo("orders");
      assertThat(job.status().state()).isEqualTo(JobState.NOT_STARTED);
      assertThat(job.status().guarantee()).isEqualTo(Guarantee.AT_LEAST_ONCE);
    }
  }

  @Test
  void refusesObjectsThatNobodyMakes() {
    assertCannotBeBuilt(
        complete(new Plain()).objects(ObjectKind.VIEW),
        "objects has no meaning without STRUCTURE; leave it out.");
    assertThatThrownBy(() -> complete(new Maker()).objects().objects(ObjectKind.VIEW))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void namesEverythingThatIsMissing() {
    assertThatThrownBy(() -> SyncJob.from(new Follower()).build())
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(
            "A job needs to(sink).\nA job needs named(name).\nA job needs select(selection).\n"
                + "A job needs checkpoints(store).");
  }

  @Test
  void refusesNamesThatCouldNotBeKeys() {
    for (String name : new String[] {"", "a b", "a/b", "ü", "x".repeat(65)}) {
      assertThatThrownBy(() -> SyncJob.from(new Follower()).named(name))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "The name of a job must be 1 to 64 letters, digits, dots, hyphens or underscores;"
                  + " got '%s'.",
              name);
    }
    SyncJob.from(new Follower()).named("x".repeat(64));
  }

  @Test
  void refusesToBeSetTwice() {
    SyncJobBuilder<TableChange> builder =
        complete(new Plain())
            .guarantee(Guarantee.AT_LEAST_ONCE)
            .consistency(Consistency.TRANSACTIONAL)
            .retry(RetryPolicy.defaults());

    assertTwice(() -> builder.to(new Plain()), "to");
    assertTwice(() -> builder.named("other"), "named");
    assertTwice(() -> builder.select(SHOP), "select");
    assertTwice(() -> builder.checkpoints(new MemoryCheckpointStore()), "checkpoints");
    assertTwice(() -> builder.guarantee(Guarantee.AT_LEAST_ONCE), "guarantee");
    assertTwice(() -> builder.consistency(Consistency.PER_KEY), "consistency");
    assertTwice(() -> builder.retry(RetryPolicy.defaults()), "retry");
  }

  private static void assertTwice(Runnable setter, String name) {
    assertThatThrownBy(setter::run)
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("'%s' is set twice; set it once.", name);
  }

  @Test
  void refusesAGuaranteeThatTheSinkCannotGive() {
    assertCannotBeBuilt(
        complete(new Plain()).guarantee(Guarantee.EXACTLY_ONCE),
        "The guarantee EXACTLY_ONCE needs a sink that stores progress with the data; 'plain' does"
            + " not. Ask for AT_LEAST_ONCE or use another sink.");
  }

  @Test
  void refusesSeveralLanesThatTheSinkCannotBeWrittenBy() {
    assertCannotBeBuilt(
        complete(new Plain()).consistency(Consistency.PER_KEY),
        "Sink 'plain' cannot be written by several lanes; leave PER_KEY out.");
  }

  @Test
  void refusesToInitializeWhatTheEndsCannot() {
    assertCannotBeBuilt(
        complete(new Plain()).initialize(Initialization.STRUCTURE, Initialization.DATA),
        "Source 'follower' has no tables to initialize; leave initialize out.",
        "Sink 'plain' cannot make tables; leave STRUCTURE out.");
  }

  @Test
  void refusesAPolicyForTablesWithoutInitialization() {
    assertCannotBeBuilt(
        complete(new Maker()).existingTables(ExistingTables.CLEAR),
        "existingTables has no meaning without initialize; leave it out.");
  }

  @Test
  void refusesAPolicyForTablesThatTheSinkCannotFollow() {
    assertCannotBeBuilt(
        complete(new Plain()).initialize(Initialization.DATA).existingTables(ExistingTables.CLEAR),
        "Source 'follower' has no tables to initialize; leave initialize out.",
        "Sink 'plain' cannot look at its tables; leave existingTables out.");
    assertCannotBeBuilt(
        complete(new Maker())
            .initialize(Initialization.DATA)
            .existingTables(ExistingTables.KEEP_ROWS),
        "Source 'follower' has no tables to initialize; leave initialize out.",
        "Sink 'maker' cannot keep rows under a load; choose another value.");
  }

  @Test
  void refusesAllConditionsThatCannotBeEvaluated() {
    TableSelection conditions =
        TableSelection.builder()
            .database(
                "shop",
                db ->
                    db.table("a", t -> t.where("x"))
                        .table("b", t -> t.where("id > 1"))
                        .tables("c*", t -> t.where("y")))
            .build();
    SyncJobBuilder<TableChange> filtering =
        SyncJob.from(new Filtering()).to(new Plain()).named("orders");
    SyncJobBuilder<TableChange> follower =
        SyncJob.from(new Follower()).to(new Plain()).named("orders");

    assertCannotBeBuilt(
        filtering.select(conditions).checkpoints(new MemoryCheckpointStore()),
        "Table 'shop.a': No column 'x'.",
        "Table 'shop.c*': No column 'y'.");
    String refusal = "Source 'follower' cannot leave out rows by a condition; leave where out for";
    assertCannotBeBuilt(
        follower.select(conditions).checkpoints(new MemoryCheckpointStore()),
        refusal + " 'shop.a'.",
        refusal + " 'shop.b'.",
        refusal + " 'shop.c*'.");
  }

  @Test
  void refusesToAcknowledgeWhatIsNoRisk() {
    assertCannotBeBuilt(
        complete(new Careful()).acknowledge("STRANGE_COLATION").acknowledge("DISK_FULL"),
        "There is no risk 'STRANGE_COLATION' to acknowledge; the risks that 'follower' and"
            + " 'careful' know are [SLOW_DISK, STRANGE_COLLATION].",
        "There is no risk 'DISK_FULL' to acknowledge; the risks that 'follower' and 'careful' know"
            + " are [SLOW_DISK, STRANGE_COLLATION].");
    assertCannotBeBuilt(
        complete(new Plain()).acknowledge("SLOW_DISK"),
        "There is no risk 'SLOW_DISK' to acknowledge; the risks that 'follower' and 'plain' know"
            + " are [].");
    complete(new Careful()).acknowledge("SLOW_DISK").build().close();
  }

  @Test
  void refusesNull() {
    assertThatThrownBy(() -> SyncJob.from((Source<TableChange>) null))
        .isInstanceOf(NullPointerException.class)
        .hasMessage("source");
  }
}
