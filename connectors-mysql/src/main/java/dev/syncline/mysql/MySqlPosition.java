package dev.syncline.mysql;

import dev.syncline.change.Position;
import dev.syncline.change.TransactionId;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A point in the binlog of a MySQL or MariaDB server, right behind a transaction or an event that
 * belongs to none.
 *
 * <p>What counts depends on {@link #progress}: with GTIDs of MySQL it is the set of transactions,
 * and {@link #point} has a meaning only for the server and the session that it was read in; else it
 * is the point, on the server that is named.
 *
 * @param point where the point is in the binlog files
 * @param progress what else tells how far the stream was read
 */
record MySqlPosition(BinlogPoint point, Progress progress) implements Position {

  private static final Pattern TEXT =
      Pattern.compile("(.+):(\\d{1,18}) (gtids|mariadb|server)=(.*)");
  private static final Pattern MARIADB = Pattern.compile("([0-9,-]*) server=(\\d{1,10})");

  /** What tells, beside the point, how far a stream was read. */
  sealed interface Progress permits Gtids, MariaDb, Plain {}

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
    public String toString() {
      return "gtids=" + executed;
    }
  }

  /**
   * MariaDB.
   *
   * @param last the last transactions before the position; for people, the point counts
   * @param serverId the server's {@code server_id}, to which the point belongs
   */
  record MariaDb(MariaDbGtids last, long serverId) implements Progress {

    /** Checks that nothing is missing. */
    MariaDb {
      Objects.requireNonNull(last, "last");
    }

    @Override
    public String toString() {
      return "mariadb=" + last + " server=" + serverId;
    }
  }

  /**
   * MySQL without GTIDs.
   *
   * @param server the server's {@code server_uuid}, to which the point belongs
   */
  record Plain(String server) implements Progress {

    /** Checks that there is a name without white space. */
    Plain {
      if (Objects.requireNonNull(server, "server").isEmpty()
          || server.chars().anyMatch(Character::isWhitespace)) {
        throw new IllegalArgumentException(
            "A server needs a name without blanks, but got '" + server + "'.");
      }
    }

    @Override
    public String toString() {
      return "server=" + server;
    }
  }

  /** Checks that nothing is missing. */
  MySqlPosition {
    Objects.requireNonNull(point, "point");
    Objects.requireNonNull(progress, "progress");
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
            case "mariadb" -> parseMariaDb(text, matcher.group(4));
            default -> new Plain(matcher.group(4));
          };
      return new MySqlPosition(point, progress);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(malformed(text, "a number is too large").getMessage(), e);
    }
  }

  private static MariaDb parseMariaDb(String text, String value) {
    Matcher matcher = MARIADB.matcher(value);
    if (!matcher.matches()) {
      throw malformed(text, "'mariadb=' needs GTIDs and ' server=' with a number behind them");
    }
    return new MariaDb(MariaDbGtids.parse(matcher.group(1)), Long.parseLong(matcher.group(2)));
  }

  private static IllegalArgumentException malformed(String text, String why) {
    return new IllegalArgumentException(
        "A MySQL position must be 'file:offset gtids=…', 'file:offset mariadb=… server=…' or"
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
    if (progress instanceof Gtids mine && that.progress instanceof Gtids theirs) {
      int byCount = Long.compare(mine.executed().size(), theirs.executed().size());
      if (byCount != 0) {
        return byCount;
      }
    }
    int byPoint = point.compareTo(that.point);
    return byPoint != 0 ? byPoint : progress.toString().compareTo(that.progress.toString());
  }

  /** With GTIDs the points do not count: the positions may have been read from two servers. */
  @Override
  public boolean covers(Position other) {
    if (progress instanceof Gtids mine
        && other instanceof MySqlPosition that
        && that.progress instanceof Gtids theirs) {
      return mine.executed().containsAll(theirs.executed());
    }
    return compareTo(other) >= 0;
  }

  /**
   * Whether a transaction lies before this position: by its GTID if both have GTIDs of MySQL, else
   * by where it begins.
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
    return id.begin().compareTo(point) < 0;
  }

  /** The position in one line, for example {@code binlog.000042:1947 server=…}. */
  @Override
  public String toString() {
    return point + " " + progress;
  }
}
