package dev.syncline.testkit.server;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Beside {@code @ParameterizedTest} or {@code @ParameterizedClass}: once for each release that the
 * tests are to run with, which are those of {@link MySqlRelease#selected()}.
 *
 * <p>Such tests have the tag {@value #TAG}.
 */
@Documented
@Target({ElementType.METHOD, ElementType.TYPE})
@Retention(RetentionPolicy.RUNTIME)
@Tag(EachRelease.TAG)
@MethodSource("dev.syncline.testkit.server.MySqlRelease#selected")
public @interface EachRelease {
  /** The tag of tests that depend on the release, for a build that runs nothing else. */
  String TAG = "each-release";
}
