package dev.syncline.jdbc;

import dev.syncline.CheckpointStore;
import dev.syncline.OwnershipLostException;
import dev.syncline.StoredCheckpoint;
import dev.syncline.SyncException;
import dev.syncline.TransientException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.zip.CRC32C;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Keeps checkpoints in a table of a MySQL, MariaDB or PostgreSQL database, which it makes if it is
 * missing. Thread-safe; any number of processes may share the table.
 *
 * <p>Takes a connection for each call and gives it back. The account needs SELECT, INSERT, UPDATE
 * and DELETE on the table, and CREATE if the table is missing.
 */
public final class JdbcCheckpointStore implements CheckpointStore {

  /** The table unless said otherwise. */
  public static final String DEFAULT_TABLE = "syncline_checkpoint";

  // Up to three bytes each in UTF-8; MySQL 5.7 takes statements of up to 4 MiB by default.
  private static final int PIECE_CHARACTERS = 512 * 1024;

  private final DataSource dataSource;
  private final String table;
  private volatile @Nullable CheckpointStatements prepared;

  private JdbcCheckpointStore(DataSource dataSource, String table) {
    this.dataSource = Objects.requireNonNull(dataSource, "dataSource");
    this.table = CheckpointStatements.checkTable(table);
  }

  /** A store in the table {@link #DEFAULT_TABLE} of the connections' current schema. */
  public static JdbcCheckpointStore of(DataSource dataSource) {
    return new JdbcCheckpointStore(dataSource, DEFAULT_TABLE);
  }

  /**
   * A store in a table.
   *
   * @param table letters, digits and {@code _}; with the schema and a dot in front, if wanted
   * @throws IllegalArgumentException if the name is not like that
   */
  public static JdbcCheckpointStore of(DataSource dataSource, String table) {
    return new JdbcCheckpointStore(dataSource, table);
  }

  @Override
  public Optional<StoredCheckpoint> load(String job) {
    String key = key(job);
    return inTransaction(
        "load",
        job,
        (connection, sql) -> {
          try (PreparedStatement select = connection.prepareStatement(sql.select())) {
            select.setString(1, key);
            try (ResultSet rows = select.executeQuery()) {
              return read(job, rows);
            }
          }
        });
  }

  @Override
  public long save(String job, StoredCheckpoint checkpoint) {
    String key = key(job);
    return inTransaction(
        "save",
        job,
        (connection, sql) -> {
          List<String> pieces = pieces(checkpoint.content());
          StoredCheckpoint replaced =
              new StoredCheckpoint(checkpoint.version() + 1, checkpoint.content());
          if (checkpoint.version() == 0) {
            insertFirst(connection, sql, job, replaced);
          } else {
            update(connection, sql, job, replaced);
            try (PreparedStatement delete = connection.prepareStatement(sql.deleteRest())) {
              delete.setString(1, key);
              delete.executeUpdate();
            }
          }
          for (int i = 1; i < pieces.size(); i++) {
            insert(connection, sql, new Piece(job, i, replaced.version(), 0, pieces.get(i)));
          }
          return replaced.version();
        });
  }

  @Override
  public void delete(String job, long version) {
    String key = key(job);
    inTransaction(
        "delete",
        job,
        (connection, sql) -> {
          try (PreparedStatement delete = connection.prepareStatement(sql.deleteAll())) {
            delete.setString(1, key);
            delete.setLong(2, version);
            if (delete.executeUpdate() == 0) {
              return checkGone(connection, sql, job);
            }
          }
          try (PreparedStatement rest = connection.prepareStatement(sql.deleteRest())) {
            rest.setString(1, key);
            return rest.executeUpdate();
          }
        });
  }

  /** Names the table. */
  @Override
  public String toString() {
    return "JdbcCheckpointStore[" + table + "]";
  }

  private record Piece(String job, int number, long version, long checksum, String content) {}

  private Optional<StoredCheckpoint> read(String job, ResultSet rows) throws SQLException {
    StringBuilder content = new StringBuilder();
    long version = 0;
    long checksum = 0;
    int expected = 0;
    while (rows.next()) {
      if (expected == 0) {
        version = rows.getLong(2);
        checksum = rows.getLong(3);
      }
      if (rows.getInt(1) != expected || rows.getLong(2) != version) {
        throw damaged(job, "piece %d of version %d is missing".formatted(expected, version));
      }
      content.append(rows.getString(4));
      expected++;
    }
    if (expected == 0) {
      return Optional.empty();
    }
    if (version < 1 || checksum(content.toString()) != checksum) {
      throw damaged(job, "its content does not fit its checksum");
    }
    return Optional.of(new StoredCheckpoint(version, content.toString()));
  }

  private SyncException damaged(String job, String why) {
    return new SyncException(
        "The checkpoint of job '%s' in table '%s' is damaged: %s. Restore its rows from a backup,"
                .formatted(job, table, why)
            + " or delete them to start the job anew with a snapshot.");
  }

  private void insertFirst(
      Connection connection, CheckpointStatements sql, String job, StoredCheckpoint checkpoint)
      throws SQLException {
    String content = checkpoint.content();
    Piece first =
        new Piece(job, 0, checkpoint.version(), checksum(content), pieces(content).get(0));
    try {
      insert(connection, sql, first);
    } catch (SQLException e) {
      if (SqlFailures.isDuplicate(e)) {
        throw lost(job, 0, e);
      }
      throw e;
    }
  }

  private static void insert(Connection connection, CheckpointStatements sql, Piece piece)
      throws SQLException {
    try (PreparedStatement insert = connection.prepareStatement(sql.insert())) {
      insert.setString(1, key(piece.job()));
      insert.setInt(2, piece.number());
      insert.setLong(3, piece.version());
      insert.setLong(4, piece.checksum());
      insert.setString(5, piece.job());
      insert.setString(6, piece.content());
      insert.executeUpdate();
    }
  }

  private void update(
      Connection connection, CheckpointStatements sql, String job, StoredCheckpoint checkpoint)
      throws SQLException {
    String content = checkpoint.content();
    try (PreparedStatement update = connection.prepareStatement(sql.update())) {
      update.setLong(1, checkpoint.version());
      update.setLong(2, checksum(content));
      update.setString(3, pieces(content).get(0));
      update.setString(4, key(job));
      update.setLong(5, checkpoint.version() - 1);
      if (update.executeUpdate() != 1) {
        throw lost(job, checkpoint.version() - 1, null);
      }
    }
  }

  /** Nothing to delete is fine; another version is not. */
  private int checkGone(Connection connection, CheckpointStatements sql, String job)
      throws SQLException {
    try (PreparedStatement select = connection.prepareStatement(sql.select())) {
      select.setString(1, key(job));
      try (ResultSet rows = select.executeQuery()) {
        if (rows.next()) {
          throw lost(job, rows.getLong(2), null);
        }
        return 0;
      }
    }
  }

  private OwnershipLostException lost(String job, long version, @Nullable Throwable cause) {
    return new OwnershipLostException(
        "The checkpoint of job '%s' in table '%s' does not have version %d any more: another"
                .formatted(job, table, version)
            + " instance of the job has saved or deleted it. Stop one of the two instances.",
        cause);
  }

  /** What is done on a connection, to be committed when it returns. */
  @FunctionalInterface
  private interface Work<T> {
    T run(Connection connection, CheckpointStatements sql) throws SQLException;
  }

  private <T> T inTransaction(String what, String job, Work<T> work) {
    boolean committing = false;
    try (Connection connection = dataSource.getConnection()) {
      boolean autoCommit = connection.getAutoCommit();
      connection.setAutoCommit(false);
      try {
        T result = work.run(connection, statements(connection));
        committing = true;
        connection.commit();
        return result;
      } catch (SQLException | RuntimeException e) {
        rollBack(connection, e);
        throw e;
      } finally {
        connection.setAutoCommit(autoCommit);
      }
    } catch (SQLException e) {
      String message =
          "Cannot %s the checkpoint of job '%s' in table '%s': %s"
              .formatted(what, job, table, e.getMessage());
      if (committing || SqlFailures.isTransient(e)) {
        throw new TransientException(message, e);
      }
      throw new SyncException(message, e);
    }
  }

  private static void rollBack(Connection connection, Exception reason) {
    try {
      connection.rollback();
    } catch (SQLException e) {
      reason.addSuppressed(e);
    }
  }

  private CheckpointStatements statements(Connection connection) throws SQLException {
    CheckpointStatements known = prepared;
    if (known == null) {
      known = CheckpointStatements.in(connection, table);
      makeTable(connection, known);
      prepared = known;
    }
    return known;
  }

  private static void makeTable(Connection connection, CheckpointStatements sql)
      throws SQLException {
    // Looking first spares the account the right to create tables.
    try (Statement statement = connection.createStatement()) {
      statement.executeQuery(sql.probe()).close();
    } catch (SQLException missing) {
      if (SqlFailures.isTransient(missing)) {
        throw missing;
      }
      connection.rollback();
      try (Statement statement = connection.createStatement()) {
        statement.executeUpdate(sql.create());
      }
    }
    connection.commit();
  }

  /** The content in pieces of which none ends inside a character; at least one. */
  static List<String> pieces(String content) {
    List<String> pieces = new ArrayList<>();
    int from = 0;
    do {
      int to = Math.min(content.length(), from + PIECE_CHARACTERS);
      if (to < content.length() && Character.isHighSurrogate(content.charAt(to - 1))) {
        to--;
      }
      pieces.add(content.substring(from, to));
      from = to;
    } while (from < content.length());
    return pieces;
  }

  private static long checksum(String content) {
    CRC32C crc = new CRC32C();
    crc.update(content.getBytes(StandardCharsets.UTF_8));
    return crc.getValue();
  }

  /** Databases compare names in ways of their own; digests they compare as we do. */
  private static String key(String job) {
    if (Objects.requireNonNull(job, "job").isEmpty()) {
      throw new IllegalArgumentException("The name of a job must not be empty.");
    }
    try {
      MessageDigest sha = MessageDigest.getInstance("SHA-256");
      return HexFormat.of().formatHex(sha.digest(job.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java has SHA-256.", e);
    }
  }
}
