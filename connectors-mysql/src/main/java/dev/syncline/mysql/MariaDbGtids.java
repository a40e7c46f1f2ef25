package dev.syncline.mysql;

import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The last global transaction id of each domain of a MariaDB server. Immutable. */
final class MariaDbGtids {

  /** No transaction yet. */
  static final MariaDbGtids EMPTY = new MariaDbGtids(new TreeMap<>());

  private static final Pattern GTID = Pattern.compile("(\\d{1,10})-(\\d{1,10}-\\d{1,20})");

  /** By domain the rest of the id: server and sequence number. Never changed. */
  private final NavigableMap<Long, String> domains;

  private MariaDbGtids(NavigableMap<Long, String> domains) {
    this.domains = domains;
  }

  /**
   * Parses ids as servers print them, for example {@code 0-1-270,5-1-3}.
   *
   * @param text the ids; empty for none
   * @throws IllegalArgumentException if the text is no such list or names a domain twice
   */
  static MariaDbGtids parse(String text) {
    NavigableMap<Long, String> domains = new TreeMap<>();
    for (String part : text.isBlank() ? new String[0] : text.split(",", -1)) {
      Matcher gtid = GTID.matcher(part.strip());
      if (!gtid.matches() || domains.put(Long.valueOf(gtid.group(1)), gtid.group(2)) != null) {
        throw new IllegalArgumentException(
            "MariaDB GTIDs must look like '0-1-270,5-1-3' with each domain once, but are '"
                + text
                + "'.");
      }
    }
    return new MariaDbGtids(domains);
  }

  /** These ids with the last one of a domain replaced. */
  MariaDbGtids plus(long domain, long server, String sequence) {
    NavigableMap<Long, String> changed = new TreeMap<>(domains);
    changed.put(domain, server + "-" + sequence);
    return new MariaDbGtids(changed);
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
    return domains.entrySet().stream()
        .map((Map.Entry<Long, String> e) -> e.getKey() + "-" + e.getValue())
        .collect(Collectors.joining(","));
  }
}
