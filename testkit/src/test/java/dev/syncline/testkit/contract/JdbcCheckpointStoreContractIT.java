package dev.syncline.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.syncline.CheckpointStore;
import dev.syncline.StoredCheckpoint;
import dev.syncline.SyncException;
import dev.syncline.TransientException;
import dev.syncline.jdbc.JdbcCheckpointStore;
import dev.syncline.testkit.server.EachRelease;
import dev.syncline.testkit.server.MySqlRelease;
import dev.syncline.testkit.server.MySqlServer;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;

class JdbcCheckpointStoreContractIT {

  @Nested
  @ParameterizedClass
  @EachRelease
  class OnServer extends DurableCheckpointStoreContract {

    @Parameter MySqlRelease release;

    private DataSource database;

    @BeforeEach
    void createDatabase() throws SQLException {
      MySqlServer server = MySqlServer.shared(release);
      database =
          new DriverDataSource(
              server.jdbcUrl(server.createDatabase("store")), server.username(), server.password());
    }

    @Override
    protected CheckpointStore store() {
      return JdbcCheckpointStore.of(database);
    }

    @Override
    protected CheckpointStore reopened() {
      return JdbcCheckpointStore.of(database);
    }

    @Override
    protected void damage(String job) {
      try (Connection connection = database.getConnection();
          PreparedStatement update =
              connection.prepareStatement(
                  "UPDATE syncline_checkpoint SET content = 'torn' WHERE job = ?")) {
        update.setString(1, job);
        assertThat(update.executeUpdate()).isOne();
      } catch (SQLException e) {
        throw new IllegalStateException(e);
      }
    }

    @Test
    void noticesAMissingPiece() throws SQLException {
      store().save("shop", new StoredCheckpoint(0, "x".repeat(2_000_000)));
      try (Connection connection = database.getConnection();
          PreparedStatement delete =
              connection.prepareStatement("DELETE FROM syncline_checkpoint WHERE piece = 1")) {
        assertThat(delete.executeUpdate()).isOne();
      }

      assertThatThrownBy(() -> store().load("shop")).hasMessageContaining("piece 1");
    }

    @Test
    void keepsToTheTableThatItIsGiven() {
      CheckpointStore other = JdbcCheckpointStore.of(database, "other_checkpoint");

      other.save("shop", new StoredCheckpoint(0, "other"));

      assertThat(store().load("shop")).isEmpty();
      assertThat(other.load("shop")).isPresent();
    }
  }

  @Test
  void takesALostServerForAPassingFailure() {
    DataSource nowhere = new DriverDataSource("jdbc:mysql://127.0.0.1:1/none", "nobody", "");

    assertThatThrownBy(() -> JdbcCheckpointStore.of(nowhere).load("shop"))
        .isInstanceOf(TransientException.class);
  }

  @Test
  void doesNotTakeAWrongPasswordForAPassingFailure() throws SQLException {
    MySqlServer server = MySqlServer.shared(MySqlRelease.MYSQL_8_0);
    DataSource wrong =
        new DriverDataSource(
            server.jdbcUrl(server.createDatabase("store")), server.username(), "wrong");

    assertThatThrownBy(() -> JdbcCheckpointStore.of(wrong).load("shop"))
        .isInstanceOf(SyncException.class)
        .isNotInstanceOf(TransientException.class);
  }
}
