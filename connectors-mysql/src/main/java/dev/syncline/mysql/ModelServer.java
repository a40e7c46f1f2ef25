package dev.syncline.mysql;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * What a server brings to the effects of its statements. Immutable.
 *
 * @param facts what the server is
 * @param collations its character sets
 */
record ModelServer(MySqlFacts facts, ServerCollations collations) {

  private static final Map<String, String> ENGINES =
      Map.of(
          "innodb", "InnoDB",
          "innobase", "InnoDB",
          "myisam", "MyISAM",
          "memory", "MEMORY",
          "heap", "MEMORY",
          "csv", "CSV",
          "archive", "ARCHIVE",
          "blackhole", "BLACKHOLE",
          "aria", "Aria",
          "rocksdb", "ROCKSDB");

  /** Asks a server. */
  static ModelServer read(Connection connection) throws SQLException {
    MySqlFacts facts = MySqlFacts.read(connection);
    return new ModelServer(facts, ServerCollations.read(connection, facts));
  }

  /**
   * The catalog's name of an engine.
   *
   * @param name as written; empty for the server's usual one
   */
  String engine(String name) {
    String asked = name.isEmpty() ? facts.variable("default_storage_engine") : name;
    String known = ENGINES.get(asked.toLowerCase(Locale.ROOT));
    if (known == null) {
      throw new UnknownEffectException("it names engine '" + asked + "', whose rules are unknown");
    }
    return known;
  }

  /** Whether a collation still counts behind which a character set is named. */
  boolean keepsCollation() {
    return SqlVersion.of(facts)
        .keepsCollation()
        .orElseThrow(
            () ->
                new UnknownEffectException(
                    "it names a character set behind a collation, and versions differ in which of"
                        + " them counts"));
  }

  /** Whether a session without words on it lets TIMESTAMP have no default of its own. */
  boolean hasExplicitTimestamps(DdlSession session) {
    if (session.explicitTimestamps().isPresent()) {
      return session.explicitTimestamps().get();
    }
    boolean logged = facts.isMySqlFrom(5, 7, 0) || facts.isMariaDbFrom(10, 8, 4);
    if (logged) {
      throw new UnknownEffectException(
          "the log does not say whether explicit_defaults_for_timestamp was on");
    }
    return facts.isOn("explicit_defaults_for_timestamp");
  }

  /** The default collation of a character set in a session. */
  String defaultCollation(String charset, DdlSession session) {
    Optional<String> ofSession =
        session.collations().entrySet().stream()
            .filter(entry -> charset.equals(charsetOf(entry.getKey())))
            .findFirst()
            .flatMap(entry -> collations.numbered(entry.getValue()));
    return ofSession
        .or(() -> collations.defaultOf(charset))
        .orElseThrow(() -> unknown("character set", charset));
  }

  private String charsetOf(int collation) {
    return collations.numbered(collation).map(collations::charsetOf).orElse("");
  }

  /**
   * The collation that a character set and a collation mean together.
   *
   * @param charset empty if it is not named
   * @param collation empty if it is not named
   * @param usual what holds if none is named
   */
  String collation(String charset, String collation, String usual, DdlSession session) {
    if (charset.isEmpty() && collation.isEmpty()) {
      return usual;
    }
    String known = charset.isEmpty() ? collations.charsetOf(usual) : charset(charset);
    return collation.isEmpty()
        ? defaultCollation(known, session)
        : collations.collation(collation, known).orElseThrow(() -> unknown("collation", collation));
  }

  /** The catalog's name of a character set. */
  String charset(String name) {
    return collations.charset(name).orElseThrow(() -> unknown("character set", name));
  }

  private static UnknownEffectException unknown(String kind, String name) {
    return new UnknownEffectException("its " + kind + " '" + name + "' is unknown");
  }

  /** Whether the catalog still prints the width in which integers are shown. */
  boolean printsWidths() {
    return !facts.isMySqlFrom(8, 0, 19);
  }
}
