package dev.syncline.redis;

import dev.syncline.SyncException;
import dev.syncline.TransientException;
import dev.syncline.setting.Secret;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.slf4j.LoggerFactory;

/** Where the servers of one end are found. Immutable. */
sealed interface RedisServers {

  /** One server that is named. */
  record One(RedisAddress address) implements RedisServers {

    @Override
    public String toString() {
      return address.toString();
    }
  }

  /**
   * The server that sentinels name as the master of a group.
   *
   * @param username who logs in to the sentinels; empty for their default user
   * @param password empty if they ask for none, whatever the servers do
   */
  record Watched(
      String master,
      List<RedisAddress> sentinels,
      Optional<String> username,
      Optional<Secret> password)
      implements RedisServers {

    /** Checks that there is a sentinel to be asked, and that a user has a password. */
    public Watched {
      sentinels = List.copyOf(sentinels);
      if (sentinels.isEmpty() || master.isEmpty()) {
        throw new IllegalArgumentException("Name the master and at least one sentinel.");
      }
      if (username.isPresent() && password.isEmpty()) {
        throw new IllegalStateException("A sentinelUsername needs a sentinelPassword.");
      }
    }

    private RedisLogin login(RedisLogin servers) {
      return new RedisLogin(
          username, password, servers.tls(), servers.connectTimeout(), servers.answerTimeout());
    }

    @Override
    public String toString() {
      return "master '" + master + "' of sentinels " + sentinels;
    }
  }

  /** All masters of a cluster, any nodes of which are named. */
  record Clustered(List<RedisAddress> nodes) implements RedisServers {

    /** Checks that there is a node to be asked. */
    public Clustered {
      nodes = List.copyOf(nodes);
      if (nodes.isEmpty()) {
        throw new IllegalArgumentException("Name at least one node of the cluster.");
      }
    }

    @Override
    public String toString() {
      return "cluster " + nodes;
    }
  }

  /**
   * The address of the one server.
   *
   * @param login how to log in to it; sentinels have a login of their own
   * @throws TransientException if no sentinel knows it now
   */
  static RedisAddress find(RedisServers servers, RedisLogin login) {
    if (servers instanceof One one) {
      return one.address();
    }
    if (servers instanceof Watched watched) {
      return firstAnswer(
          watched.sentinels(),
          watched.login(login),
          connection -> masterAt(connection, watched.master()));
    }
    throw new IllegalStateException("A cluster is more than one server.");
  }

  private static RedisAddress masterAt(RespConnection sentinel, String master) {
    Object reply = sentinel.call("SENTINEL", "get-master-addr-by-name", master);
    if (reply instanceof List<?> address && address.size() == 2) {
      return new RedisAddress(
          RespConnection.textOf(address.get(0)),
          Integer.parseInt(RespConnection.textOf(address.get(1))));
    }
    throw new SyncException(
        "Sentinel '%s' does not know a master '%s'; check the name."
            .formatted(sentinel.address(), master));
  }

  /**
   * What the first server says that answers and lets us ask.
   *
   * @throws SyncException if all of them refuse
   * @throws TransientException if none answers, and one of them may do so later
   */
  static <T> T firstAnswer(
      List<RedisAddress> servers, RedisLogin login, Function<RespConnection, T> question) {
    List<String> failures = new ArrayList<>();
    TransientException last = null;
    List<SyncException> refusals = new ArrayList<>();
    for (RedisAddress address : servers) {
      try (RespConnection connection = RespConnection.open(address, login)) {
        T answer = question.apply(connection);
        refusals.forEach(refusal -> warn(refusal, address));
        return answer;
      } catch (TransientException e) {
        failures.add(e.getMessage());
        last = e;
      } catch (SyncException e) {
        failures.add(e.getMessage());
        refusals.add(e);
      }
    }
    if (last == null) {
      throw refusals.get(refusals.size() - 1);
    }
    TransientException none =
        new TransientException(
            "None of the servers %s answers: %s".formatted(servers, failures), last);
    refusals.forEach(none::addSuppressed);
    throw none;
  }

  private static void warn(SyncException refusal, RedisAddress answering) {
    LoggerFactory.getLogger(RedisServers.class)
        .warn("Passed over, since '{}' answers: {}", answering, refusal.getMessage());
  }
}
