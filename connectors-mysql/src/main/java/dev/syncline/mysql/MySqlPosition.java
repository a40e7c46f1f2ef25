package dev.syncline.mysql;

import dev.syncline.change.Position;
import dev.syncline.change.TransactionId;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A point in the binlog of a MySQL or MariaDB server, right behind a transaction or an event that
 * belongs to none.
 *
 * <p>What counts depends on {@link #progress}: with GTIDs it is the transactions that these name,
 * and {@link #point} has a meaning only for the server and the session that it was read in; without
 * it is the point, on the server that is named.
 *
 * @param point where the point is in the binlog files
 * @param progress what else tells how far the stream was read
 * @param begun the name of the next transaction, if the statement that it begins with counts as
 *     read and its rows do not; its GTID, or without GTIDs where it begins
 */
record MySqlPosition(BinlogPoint point, Progress progress, Optional<String> begun)
    implements Position {

  private static final Pattern TEXT =
      Pattern.compile("(.+):(\\d{1,18}) (gtids|mariadb|server)=(.*?)(?: begun=(.+))?");

  /** What tells, beside the point, how far a stream was read. */
  sealed interface Progress permits Gtids, MariaDb, Plain {
    /** About how many bytes of heap it takes that it does not share with the one before it. */
    long approximateBytes();
  }

  /**
   * MySQL with {@code gtid_mode=ON}.
   *
   * @param executed every transaction before the position
   */
  record Gtids(GtidSet executed) implements Progress {

    /** Checks that nothing is missing. */
    Gtids {
      Objects.requireNonNull(executed, "executed");
    }

    @Override
    public long approximateBytes() {
      return executed.approximateBytes();
    }

    @Override
    public String toString() {
      return "gtids=" + executed;
    }
  }

  /**
   * MariaDB.
   *
   * @param last the last transaction of each domain before the position
   */
  record MariaDb(MariaDbGtids last) implements Progress {

    /** Checks that nothing is missing. */
    MariaDb {
      Objects.requireNonNull(last, "last");
    }

    @Override
    public long approximateBytes() {
      return last.approximateBytes();
    }

    @Override
    public String toString() {
      return "mariadb=" + last;
    }
  }

  /**
   * MySQL without GTIDs.
   *
   * @param server the server's {@code server_uuid}, to which the point belongs
   * @param created when the server began the point's file, in whole seconds, which tells it from
   *     another one of the same name; empty as long as the stream has not told
   */
  record Plain(String server, Optional<Instant> created) implements Progress {
    private static final Pattern PARTS = Pattern.compile("(\\S+?)(?: created=(\\d{1,10}))?");

    /** Checks that there is a name without white space. */
    Plain {
      Objects.requireNonNull(created, "created");
      if (Objects.requireNonNull(server, "server").isEmpty()
          || server.chars().anyMatch(Character::isWhitespace)) {
        throw new IllegalArgumentException(
            "A server needs a name without blanks, but got '" + server + "'.");
      }
    }

    static Plain parse(String text) {
      Matcher parts = PARTS.matcher(text);
      if (!parts.matches()) {
        throw new IllegalArgumentException(
            "A server must be 'name' or 'name created=seconds', but is '" + text + "'.");
      }
      return new Plain(
          parts.group(1),
          Optional.ofNullable(parts.group(2)).map(Long::valueOf).map(Instant::ofEpochSecond));
    }

    @Override
    public long approximateBytes() {
      return 0;
    }

    @Override
    public String toString() {
      return "server=" + server + created.map(at -> " created=" + at.getEpochSecond()).orElse("");
    }
  }

  /** Checks that nothing is missing. */
  MySqlPosition {
    Objects.requireNonNull(point, "point");
    Objects.requireNonNull(progress, "progress");
    Objects.requireNonNull(begun, "begun");
  }

  /** A position between two transactions. */
  MySqlPosition(BinlogPoint point, Progress progress) {
    this(point, progress, Optional.empty());
  }

  /**
   * Parses what {@link #toString} prints.
   *
   * @throws IllegalArgumentException if the text is no position of MySQL or MariaDB
   */
  static MySqlPosition parse(String text) {
    Matcher matcher = TEXT.matcher(text);
    if (!matcher.matches()) {
      throw malformed(text, "neither GTIDs nor a server follow on 'file:offset'");
    }
    try {
      BinlogPoint point = new BinlogPoint(matcher.group(1), Long.parseLong(matcher.group(2)));
      Progress progress =
          switch (matcher.group(3)) {
            case "gtids" -> new Gtids(GtidSet.parse(matcher.group(4)));
            case "mariadb" -> new MariaDb(MariaDbGtids.parse(matcher.group(4)));
            default -> Plain.parse(matcher.group(4));
          };
      Optional<String> begun = Optional.ofNullable(matcher.group(5));
      if (begun.isPresent() && isBehind(progress, point, begun.get())) {
        throw malformed(text, "the transaction that is begun lies before it");
      }
      return new MySqlPosition(point, progress, begun);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(malformed(text, "a number is too large").getMessage(), e);
    }
  }

  private static IllegalArgumentException malformed(String text, String why) {
    return new IllegalArgumentException(
        "A MySQL position must be 'file:offset gtids=…', 'file:offset mariadb=…' or"
            + " 'file:offset server=…', but is '"
            + text
            + "': "
            + why
            + ".");
  }

  /**
   * Orders positions of one stream: with GTIDs by how many transactions lie before them, which is
   * the order in which a growing set passes them, and by the point where that is the same; without
   * GTIDs by the point.
   *
   * @throws IllegalArgumentException if the other position is of another kind
   */
  @Override
  public int compareTo(Position other) {
    if (!(other instanceof MySqlPosition that) || progress.getClass() != that.progress.getClass()) {
      throw new IllegalArgumentException(
          "Positions '" + this + "' and '" + other + "' do not belong to one stream.");
    }
    int byCount = compareCounts(that);
    int byBegun = Boolean.compare(begun.isPresent(), that.begun.isPresent());
    int byPoint = point.compareTo(that.point);
    boolean plain = progress instanceof Plain;
    int first = byCount != 0 ? byCount : plain ? byPoint : byBegun;
    int second = first != 0 ? first : plain ? byBegun : byPoint;
    return second != 0 ? second : print().compareTo(that.print());
  }

  private String print() {
    return progress + begun.map(name -> " begun=" + name).orElse("");
  }

  /** Whether a transaction of that name lies before a point. */
  private static boolean isBehind(Progress progress, BinlogPoint point, String name) {
    if (progress instanceof Gtids gtids) {
      return gtids.executed().contains(Gtid.parse(name));
    }
    if (progress instanceof MariaDb mariaDb) {
      return MariaDbGtid.parseAll(name).stream().allMatch(mariaDb.last()::contains);
    }
    return BinlogPoint.parse(name).compareTo(point) < 0;
  }

  private int compareCounts(MySqlPosition that) {
    if (progress instanceof Gtids mine && that.progress instanceof Gtids theirs) {
      return Long.compare(mine.executed().size(), theirs.executed().size());
    }
    if (progress instanceof MariaDb mine && that.progress instanceof MariaDb theirs) {
      return mine.last().size().compareTo(theirs.last().size());
    }
    return 0;
  }

  /**
   * With GTIDs the points do not count: the positions may have been read from two servers. Without
   * them nothing else counts.
   */
  @Override
  public boolean covers(Position other) {
    boolean begins =
        other instanceof MySqlPosition that
            && that.begun.isPresent()
            && !that.begun.equals(begun)
            && !isBehind(progress, point, that.begun.get());
    return !begins && reaches(other);
  }

  private boolean reaches(Position other) {
    if (other instanceof MySqlPosition that) {
      if (progress instanceof Gtids mine && that.progress instanceof Gtids theirs) {
        return mine.executed().containsAll(theirs.executed());
      }
      if (progress instanceof MariaDb mine && that.progress instanceof MariaDb theirs) {
        return mine.last().containsAll(theirs.last());
      }
      if (progress instanceof Plain && that.progress instanceof Plain) {
        return point.compareTo(that.point) >= 0;
      }
    }
    return compareTo(other) >= 0;
  }

  /**
   * Whether a transaction lies before this position: by its GTID if both have GTIDs of one kind,
   * else by where it begins.
   *
   * @throws IllegalArgumentException if the transaction is not one of MySQL or MariaDB
   */
  @Override
  public boolean includes(TransactionId transaction) {
    if (!(transaction instanceof MySqlTransactionId id)) {
      throw new IllegalArgumentException(
          "Transaction '" + transaction + "' does not belong to the stream of '" + this + "'.");
    }
    if (progress instanceof Gtids gtids && id.gtid().isPresent()) {
      return gtids.executed().contains(id.gtid().get());
    }
    if (progress instanceof MariaDb mariaDb && id.mariaDb().isPresent()) {
      return mariaDb.last().contains(id.mariaDb().get());
    }
    return id.begin().compareTo(point) < 0;
  }

  /** About how many bytes of heap it takes that it does not share with others of its stream. */
  long approximateBytes() {
    return progress.approximateBytes();
  }

  /** The position in one line, for example {@code binlog.000042:1947 server=…}. */
  @Override
  public String toString() {
    return point + " " + print();
  }
}
