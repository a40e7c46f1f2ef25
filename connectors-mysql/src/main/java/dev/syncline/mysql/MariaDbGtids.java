package dev.syncline.mysql;

import java.math.BigInteger;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The last global transaction id of each domain of a MariaDB server, which stands for all that came
 * before it in its domain. Immutable.
 */
final class MariaDbGtids {

  /** What keeps the sequence growing on a server that replicates and is written. */
  static final String ORDER_ON_REPLICA =
      "On a server that is or was a replica, write what is written on it directly with a"
          + " gtid_domain_id of its own, and run maintenance such as OPTIMIZE and ANALYZE there"
          + " with NO_WRITE_TO_BINLOG or sql_log_bin=0.";

  /** No transaction yet. */
  static final MariaDbGtids EMPTY = new MariaDbGtids(new TreeMap<>());

  /** What an id takes in a map that shares it with others. */
  private static final int ENTRY_BYTES = 40;

  /** The last id by domain. Never changed. */
  private final NavigableMap<Long, MariaDbGtid> domains;

  private MariaDbGtids(NavigableMap<Long, MariaDbGtid> domains) {
    this.domains = domains;
  }

  /**
   * Parses ids as servers print them, for example {@code 0-1-270,5-1-3}.
   *
   * @param text the ids; empty for none
   * @throws IllegalArgumentException if the text is no such list or names a domain twice
   */
  static MariaDbGtids parse(String text) {
    NavigableMap<Long, MariaDbGtid> domains = new TreeMap<>();
    for (MariaDbGtid gtid : MariaDbGtid.parseAll(text)) {
      if (domains.put(gtid.domain(), gtid) != null) {
        throw new IllegalArgumentException(
            "MariaDB GTIDs must have each domain once, but are '" + text + "'.");
      }
    }
    return new MariaDbGtids(domains);
  }

  /** These ids with the last one of a domain replaced. */
  MariaDbGtids plus(MariaDbGtid gtid) {
    NavigableMap<Long, MariaDbGtid> changed = new TreeMap<>(domains);
    changed.put(gtid.domain(), gtid);
    return new MariaDbGtids(changed);
  }

  /** The last id of a domain. */
  Optional<MariaDbGtid> last(long domain) {
    return Optional.ofNullable(domains.get(domain));
  }

  /** Whether a transaction is the last one of its domain or lies before that. */
  boolean contains(MariaDbGtid gtid) {
    MariaDbGtid last = domains.get(gtid.domain());
    return last != null && last.reaches(gtid);
  }

  boolean containsAll(MariaDbGtids other) {
    return other.domains.values().stream().allMatch(this::contains);
  }

  /** Those of these ids that others do not reach; each stands for one or more transactions. */
  List<MariaDbGtid> beyond(MariaDbGtids others) {
    return domains.values().stream().filter(gtid -> !others.contains(gtid)).toList();
  }

  /** Those of these ids that a server's {@code gtid_binlog_state} does not reach. */
  List<MariaDbGtid> unknownTo(List<MariaDbGtid> state) {
    return domains.values().stream()
        .filter(gtid -> state.stream().noneMatch(known -> isKnownBy(known, gtid)))
        .toList();
  }

  /** A state has the last id of each server in each domain. */
  private static boolean isKnownBy(MariaDbGtid known, MariaDbGtid gtid) {
    return known.server() == gtid.server() && known.reaches(gtid);
  }

  /** About how many transactions these ids stand for; more if they contain others. */
  BigInteger size() {
    return domains.values().stream()
        .map(gtid -> new BigInteger(Long.toUnsignedString(gtid.sequence())))
        .reduce(BigInteger.ZERO, BigInteger::add);
  }

  /** About how many bytes of heap these ids take, beside those that others hold too. */
  long approximateBytes() {
    return (long) ENTRY_BYTES * domains.size();
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof MariaDbGtids gtids && domains.equals(gtids.domains);
  }

  @Override
  public int hashCode() {
    return domains.hashCode();
  }

  /** The ids in one line as {@link #parse} and servers take them. */
  @Override
  public String toString() {
    return domains.values().stream().map(MariaDbGtid::toString).collect(Collectors.joining(","));
  }
}
