package dev.syncline.internal;

import dev.syncline.Initialization;
import dev.syncline.JobRun;
import dev.syncline.KeySource;
import dev.syncline.LeftOut;
import dev.syncline.ObjectKind;
import dev.syncline.ObjectSourceSession;
import dev.syncline.PlainSink;
import dev.syncline.SourceReader;
import dev.syncline.SourceSession;
import dev.syncline.TableSourceSession;
import dev.syncline.TargetProgress;
import dev.syncline.TransactionalSink;
import dev.syncline.TransientException;
import dev.syncline.change.CascadeGroup;
import dev.syncline.change.Change;
import dev.syncline.change.Position;
import dev.syncline.change.TableDefinition;
import dev.syncline.change.TableId;
import dev.syncline.event.JobEvent;
import dev.syncline.internal.Checkpoint.Phase;
import dev.syncline.internal.Checkpoint.PlannedTable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * One run of a job, from taking over until it fails or is closed: {@link #execute} is the one
 * method that owns the control flow.
 */
final class Run<C extends Change> implements AutoCloseable {

  private static final long STEP_MILLIS = 200;
  private static final Duration FIRST_POLL = Duration.ofMillis(500);
  private static final long VISIBLE_NANOS = TimeUnit.SECONDS.toNanos(30);

  private final JobSpec<C> spec;
  private final JobProgress<C> progress;
  private final Ticker ticker;
  private final Signal signal = new Signal();
  private final Workers workers;
  private final Target<C> target;
  private final CheckpointKeeper keeper;
  private final Upkeep<C> upkeep;
  private final Planner planner;
  private final Rows<C> rows;
  private @Nullable JobRun run;
  private LateLoads late;
  private boolean wasCopying;
  private @Nullable SchemaBarrier<C> barrier;
  private @Nullable Joining<C> joining;
  private volatile @Nullable SourceSession<C> session;

  Run(JobSpec<C> spec, JobProgress<C> progress, Ticker ticker, CheckpointKeeper keeper) {
    this.spec = spec;
    this.keeper = keeper;
    this.upkeep = new Upkeep<>(spec, progress, ticker, keeper);
    this.progress = progress;
    this.ticker = ticker;
    this.workers = new Workers(spec.name(), spec.surroundings().threads(), signal);
    this.target = target(spec);
    this.planner = new Planner(spec, workers, () -> target.openSnapshotWriter(run()));
    this.rows = Rows.of(spec, progress.counters());
    this.late = new LateLoads(spec.name());
  }

  static <C extends Change> Target<C> target(JobSpec<C> spec) {
    return spec.ends().sink() instanceof TransactionalSink<C> sink
        ? new TransactionalTarget<>(sink)
        : new PlainTarget<>((PlainSink<C>) spec.ends().sink());
  }

  /** A stream that is being read, and where it was opened. */
  private record OpenStream<C extends Change>(String name, Position position, StreamPump<C> pump) {}

  /** Runs until it fails, or the thread is interrupted because the run was closed. */
  void execute() throws Exception {
    SourceSession<C> opened = spec.ends().source().open(spec.scope());
    session = opened;
    begin(opened);
    TargetProgress found = takeOver();
    keeper.save(planner.lookAtArrivals(keeper.current(), opened));
    define(opened);
    // Opening a stream finds out whether its position is lost: before the target is touched.
    Map<String, Position> positions = positions(found);
    Levelling<C> levelling = Levelling.of(spec.name(), found, new Routes(groups()), this::parse);
    checkReach(opened, levelling);
    List<OpenStream<C>> streams = openStreams(opened, positions);
    prepare(opened);
    planner.forget(keeper, opened);
    loadExactly(opened, found, streams);
    follow(opened, streams, levelling);
  }

  /**
   * Loads or makes the checkpoint, and saves it for this run, which ends older runs. Not once the
   * run is closed: another instance may go on by then.
   */
  private void begin(SourceSession<C> session) throws Exception {
    Optional<Checkpoint> stored = keeper.load();
    Checkpoint checkpoint =
        stored.isPresent()
            ? stored.get().withEpoch(stored.get().epoch() + 1)
            : planner.plan(session);
    workers.check();
    keeper.save(checkpoint);
    wasCopying = isCopying();
    if (checkpoint.phase() == Phase.COPIED) {
      progress.copied();
    }
  }

  private TargetProgress takeOver() {
    TargetProgress found = new TakeOver<>(spec, target, keeper).run();
    Checkpoint claimed = keeper.current();
    run = new JobRun(spec.name(), claimed.jobId(), found.epoch());
    for (PlannedTable table : claimed.tables()) {
      TableId id = table.definition().id();
      progress.counters().plan(id, table.size().rows(), table.isComplete());
    }
    claimed.arrivals().forEach(a -> progress.counters().plan(a.table(), 0, false));
    return found;
  }

  private SchemaBarrier<C> barrier() {
    if (barrier == null) {
      throw new IllegalStateException("The run does not follow.");
    }
    return barrier;
  }

  private JobRun run() {
    if (run == null) {
      throw new IllegalStateException("The run has not taken over.");
    }
    return run;
  }

  private Map<String, Position> positions(TargetProgress found) {
    Map<String, Position> positions = new TreeMap<>();
    found.lanes().get(0).forEach((stream, text) -> positions.put(stream, parse(text)));
    return positions;
  }

  /** What lanes have written the source must have too, although streams begin before it. */
  private void checkReach(SourceSession<C> session, Levelling<C> levelling)
      throws InterruptedException {
    for (Map.Entry<String, Position> furthest : levelling.furthest().entrySet()) {
      try (SourceReader<C> reader = session.openReader(furthest.getKey(), furthest.getValue())) {
        reader.poll(FIRST_POLL);
      }
    }
  }

  private Position parse(String text) {
    return spec.ends().source().parsePosition(text);
  }

  private void define(SourceSession<C> session) {
    if (session instanceof TableSourceSession tables) {
      Set<TableId> arriving = new TreeSet<>();
      keeper.current().arrivals().forEach(arrival -> arriving.add(arrival.table()));
      tables.passOver(arriving);
      tables.define(definitions(), keeper.current().memory());
    }
    if (session instanceof ObjectSourceSession objects) {
      objects.follow(ObjectMaking.followed(keeper.current()));
    }
  }

  private List<TableDefinition> definitions() {
    return keeper.current().tables().stream().map(PlannedTable::definition).toList();
  }

  private void prepare(SourceSession<C> session) throws Exception {
    Checkpoint checkpoint = keeper.current();
    if (checkpoint.phase() == Phase.CLAIMED) {
      planner.prepare(keeper, session).forEach(progress::leftOut);
      keeper.save(checkpoint.withPhase(Phase.STRUCTURED));
    }
  }

  private boolean isCopying() {
    return keeper.current().tables().stream().anyMatch(table -> !table.isComplete());
  }

  private void loadExactly(
      SourceSession<C> session, TargetProgress found, List<OpenStream<C>> streams)
      throws Exception {
    if (isCopying() && session instanceof TableSourceSession tables) {
      ExactLoads<C> loads = new ExactLoads<>(spec, progress, rows, workers, keeper);
      loads.loadAll(
          tables, found, () -> target.openSnapshotWriter(run()), () -> awaitFirstPolls(streams));
      late = loads.late();
    }
  }

  private List<CascadeGroup> groups() {
    return spec.ends().shapes().target(CascadeGroups.of(spec, keeper.current().tables()));
  }

  /** A stream may find out only with its first events that its position is lost. */
  private void awaitFirstPolls(List<OpenStream<C>> streams) throws Exception {
    while (!streams.stream().allMatch(stream -> stream.pump().hasPolled())) {
      pause(false);
    }
    workers.check();
  }

  private void follow(SourceSession<C> session, List<OpenStream<C>> streams, Levelling<C> levelling)
      throws Exception {
    Map<String, Position> positions = new TreeMap<>();
    streams.forEach(stream -> positions.put(stream.name(), stream.position()));
    Lanes<C> lanes = new Lanes<>(spec, ticker, signal, progress.counters(), levelling);
    progress.lanes(lanes);
    Optional<Snapshot<C>> snapshot =
        isCopying() && session instanceof TableSourceSession
            ? Optional.of(newSnapshot())
            : Optional.empty();
    Columnwise<C> columnwise = new Columnwise<>(spec.ends().sink(), keeper.current().tables());
    Following<C> following =
        new Following<>(lanes, rows, columnwise, new LoadedTables(loadedAsOf()), snapshot);
    following.leaveOut(late.tables());
    lanes.start(new LaneStarter<>(workers, target, run(), groups()), positions);
    upkeep.start(workers);
    barrier = new SchemaBarrier<>(spec, progress, workers, upkeep, run());
    Joining.Making making = found -> planner.prepareArrivals(found, keeper.current(), session);
    Joining<C> joins = new Joining<>(spec, progress, workers, upkeep, making);
    following.holdAt(joins.positions());
    joining = joins;
    keeper.current().history().forEach(entry -> following.firstBarrier(entry.stream()));
    streams.forEach(stream -> following.add(stream.name(), stream.pump(), stream.position()));
    if (snapshot.isPresent() && session instanceof TableSourceSession tables) {
      awaitEarlierRuns(session, positions, levelling);
      snapshot.get().start(workers, tables, target, run());
      copy(tables, following, lanes, snapshot.get());
    }
    awaitCopies(streams, following, lanes);
    passEarlier(session, following, lanes);
    makeObjects(session, following, lanes);
    awaitVisibleToOthers(session, positions);
    workers.check();
    keeper.save(keeper.current().withPhase(Phase.COPIED));
    progress.copied();
    progress.synchronizing();
    while (true) {
      boolean moved = step(following, lanes, Optional.empty());
      pause(moved);
    }
  }

  /**
   * Goes on until the target has the copies with which streams begin. A stream that should go on
   * may begin with a copy once more: that shows with what it brings first.
   */
  private void awaitCopies(List<OpenStream<C>> streams, Following<C> following, Lanes<C> lanes)
      throws Exception {
    if (!(spec.ends().source() instanceof KeySource source)) {
      return;
    }
    awaitFirstPolls(streams);
    boolean moved = step(following, lanes, Optional.empty());
    if (!areCopied(source, following.stands())) {
      progress.initializing();
    }
    while (!areCopied(source, following.stands()) || !areCopied(source, lanes.committed())) {
      if (areCopied(source, following.stands())) {
        // What ends a copy may be a position without changes.
        lanes.commitSoon();
      }
      pause(moved);
      moved = step(following, lanes, Optional.empty());
    }
  }

  private static boolean areCopied(KeySource source, Map<String, Position> positions) {
    return positions.values().stream().allMatch(source::isCopied);
  }

  /**
   * Goes on until the target shows one moment: tables that were loaded at points of their own do so
   * only behind all of these, and so do lanes of an earlier run.
   */
  private void passEarlier(SourceSession<C> session, Following<C> following, Lanes<C> lanes)
      throws Exception {
    boolean loaded = keeper.current().phase() != Phase.COPIED && !loadedAsOf().isEmpty();
    Map<String, Position> shown = loaded ? session.currentPositions() : Map.of();
    Optional<LaneMark> sent = Optional.empty();
    while (true) {
      boolean moved = step(following, lanes, Optional.empty());
      if (sent.isEmpty() && reaches(following.stands(), shown)) {
        sent = Optional.of(lanes.mark());
      }
      boolean level = sent.isPresent() && sent.get().isCommitted() && lanes.isLevel();
      // What joins, or could not be loaded, is copied by the next run.
      if (level && keeper.current().arrivals().isEmpty() && late.isEmpty()) {
        return;
      }
      pause(moved);
    }
  }

  /** Makes what waits for the rows. The target may let it wait for transactions that are open. */
  private void makeObjects(SourceSession<C> session, Following<C> following, Lanes<C> lanes)
      throws Exception {
    ObjectMaking making = new ObjectMaking(spec, workers, keeper.current());
    if (keeper.current().phase() == Phase.COPIED || !making.hasSomethingAfterRows()) {
      return;
    }
    if (wasCopying && keeper.current().kinds().contains(ObjectKind.TRIGGER)) {
      throw new BeginAnew("From now on job '" + spec.name() + "' follows triggers too.");
    }
    AtomicReference<@Nullable List<LeftOut>> made = new AtomicReference<>();
    Queue<JobEvent> retries = new ConcurrentLinkedQueue<>();
    workers.start(
        "objects",
        () -> {
          made.set(making.afterRows(session, new Backoff(spec.retry(), ticker, 0), retries::add));
          signal.raise();
        });
    List<LeftOut> leftOut = null;
    while (leftOut == null) {
      // A change of tables waits: what is made is made for the tables in front of it.
      boolean moved = following.step();
      upkeep.step(following, lanes, Optional.empty());
      pause(moved);
      leftOut = made.get();
      for (JobEvent retry = retries.poll(); retry != null; retry = retries.poll()) {
        progress.report(retry);
      }
    }
    leftOut.forEach(progress::leftOut);
  }

  /**
   * Waits until the source shows all that earlier runs have read from its streams. A source may
   * send a transaction before it becomes visible, and this run does not know the keys of those.
   */
  private void awaitEarlierRuns(
      SourceSession<C> session, Map<String, Position> positions, Levelling<C> levelling)
      throws Exception {
    long began = ticker.nanos();
    Map<String, Position> wanted = new TreeMap<>(positions);
    wanted.putAll(levelling.furthest());
    Map<String, Position> shown = session.currentPositions();
    while (!reaches(shown, wanted)) {
      if (ticker.nanos() - began >= VISIBLE_NANOS) {
        throw new TransientException(
            ("The source of job '%s' shows its rows as they were at %s, but the job has read its"
                    + " log up to %s. It must not be a replica that lags, nor a restored copy.")
                .formatted(spec.name(), shown, wanted));
      }
      pause(false);
      shown = session.currentPositions();
    }
  }

  /** Whoever copies the rows instead of this job begins when it is synchronizing. */
  private void awaitVisibleToOthers(SourceSession<C> session, Map<String, Position> positions) {
    boolean copies = spec.start().initialize().contains(Initialization.DATA);
    if (!copies
        && !wasCopying
        && keeper.current().phase() != Phase.COPIED
        && session instanceof TableSourceSession tables) {
      tables.awaitVisible(positions);
    }
  }

  /** Whether streams stand where others are wanted, or behind that. */
  static boolean reaches(Map<String, Position> shown, Map<String, Position> wanted) {
    return wanted.entrySet().stream()
        .allMatch(
            stream -> {
              Position position = shown.get(stream.getKey());
              return position != null && position.covers(stream.getValue());
            });
  }

  private Snapshot<C> newSnapshot() {
    SnapshotWork work =
        new SnapshotWork(
            keeper.current().tables().stream()
                .filter(table -> !late.tables().contains(table.definition().id()))
                .toList(),
            spec.limits().batchRows(),
            spec.limits().batchBytes());
    return new Snapshot<>(spec, work, signal, progress.counters(), rows);
  }

  /** Opens the streams, which are read ahead as far as their queues go until they are followed. */
  private List<OpenStream<C>> openStreams(
      SourceSession<C> session, Map<String, Position> positions) {
    List<OpenStream<C>> streams = new ArrayList<>();
    positions.forEach(
        (name, position) -> {
          SourceReader<C> reader = workers.own(session.openReader(name, position));
          StreamPump<C> pump = new StreamPump<>(reader, spec.limits().queueBytes(), signal);
          workers.start("reader-" + name, pump::run);
          streams.add(new OpenStream<>(name, position, pump));
        });
    return streams;
  }

  private Map<TableId, Position> loadedAsOf() {
    Map<TableId, Position> loaded = new HashMap<>();
    for (PlannedTable table : keeper.current().tables()) {
      table
          .completed()
          .filter(completion -> !completion.asOf().isEmpty())
          .ifPresent(c -> loaded.put(table.definition().id(), parse(c.asOf())));
    }
    return loaded;
  }

  /** Follows and copies until everything is copied. */
  private void copy(
      TableSourceSession session, Following<C> following, Lanes<C> lanes, Snapshot<C> snapshot)
      throws Exception {
    boolean done = false;
    while (!done) {
      // Asked first: what is complete by then is told of below.
      done = snapshot.isDone();
      boolean moved = snapshot.step(following.positions(), lanes);
      for (TableDefinition table : snapshot.work().takeCompleted()) {
        snapshot.complete(table);
        progress.tableCopied(table.id());
      }
      if (!done) {
        moved |= step(following, lanes, Optional.of(snapshot));
        snapshot.ahead().step(following.stands(), session::currentPositions);
        pause(moved);
      }
    }
    upkeep.step(following, lanes, Optional.of(snapshot));
    upkeep.note(lanes, Optional.of(snapshot));
    keeper.save();
  }

  /** Moves everything on but the copying; says whether anything moved. */
  private boolean step(Following<C> following, Lanes<C> lanes, Optional<Snapshot<C>> snapshot)
      throws BeginAnew {
    boolean moved = following.step();
    upkeep.step(following, lanes, snapshot);
    rows.failed().tell(progress::report);
    moved |= barrier().step(following, lanes, snapshot);
    if (following.barrier().isEmpty()) {
      late.check(following.stands());
    }
    if (joining != null) {
      joining.step(following, lanes, snapshot);
    }
    return moved;
  }

  private void pause(boolean moved) throws Exception {
    workers.check();
    if (!moved) {
      signal.await(STEP_MILLIS);
    }
    if (Thread.interrupted()) {
      throw new InterruptedException();
    }
  }

  /** Whether it has been connected to both ends for so long that this counts as success. */
  boolean hasLasted() {
    return upkeep.hasLasted();
  }

  /** Lets the run end without waiting for it. */
  void stop() {
    workers.stop();
  }

  @Override
  public void close() {
    workers.close();
    rows.failed().tell(progress::report);
    SourceSession<C> opened = session;
    if (opened != null) {
      workers.closeQuietly(opened);
    }
  }
}
