package dev.syncline.mysql;

import org.jspecify.annotations.Nullable;

/** The default collation that a statement gives to a database. */
record DatabaseDefaults(ModelServer server, DdlSession session) {

  /**
   * That of a new database.
   *
   * @throws UnknownEffectException if it cannot be told
   */
  String of(DdlStatement.CreateDatabase create) {
    return collation(create.charset(), create.collation(), ofServer());
  }

  /**
   * That of a database which is altered.
   *
   * @param usual the one before; null if it is unknown
   * @return null if it is unknown
   * @throws UnknownEffectException if it cannot be told
   */
  @Nullable String of(DdlStatement.AlterDatabase alter, @Nullable String usual) {
    if (alter.charset().isEmpty() && (alter.collation().isEmpty() || usual == null)) {
      return alter.collation().isEmpty() ? usual : null;
    }
    return collation(alter.charset(), alter.collation(), usual == null ? "" : usual);
  }

  private String collation(String charset, String collation, String usual) {
    boolean isDefault = charset.equals("default") || collation.equals("default");
    return isDefault ? ofServer() : server.collation(charset, collation, usual, session);
  }

  private String ofServer() {
    return server
        .collations()
        .numbered(session.serverCollation())
        .orElseThrow(() -> new UnknownEffectException("the log does not say collation_server"));
  }
}
