package dev.syncline.testkit.server;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Beside {@code @ParameterizedTest} or {@code @ParameterizedClass}: once for each release of Redis
 * that the tests are to run clusters of, which are those of {@link RedisRelease#clusters()}.
 *
 * <p>Such tests have the tag {@value EachRelease#TAG}.
 */
@Documented
@Target({ElementType.METHOD, ElementType.TYPE})
@Retention(RetentionPolicy.RUNTIME)
@Tag(EachRelease.TAG)
@MethodSource("dev.syncline.testkit.server.RedisRelease#clusters")
public @interface EachRedisCluster {}
