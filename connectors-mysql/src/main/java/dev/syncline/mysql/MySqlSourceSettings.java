package dev.syncline.mysql;

import dev.syncline.change.TableId;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ThreadFactory;

/**
 * How a source was described. Immutable.
 *
 * @param endpoint the server, with host and credentials
 * @param serverId the id of our replica, if the user chose it
 * @param watermarkTable the table that we may write watermark rows to, if there is one
 * @param heartbeat how often an idle server says that it is there
 * @param lockTimeout how long to wait for locks of others while reading existing rows
 * @param bufferBytes how much of the log may wait in memory
 * @param threads makes the threads that receive logs
 * @param online how the work of tools for online changes is taken
 */
record MySqlSourceSettings(
    MySqlEndpoint endpoint,
    Optional<Long> serverId,
    Optional<TableId> watermarkTable,
    Duration heartbeat,
    Duration lockTimeout,
    long bufferBytes,
    ThreadFactory threads,
    OnlineTools online) {}
