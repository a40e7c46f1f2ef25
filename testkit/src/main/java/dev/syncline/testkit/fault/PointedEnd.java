package dev.syncline.testkit.fault;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Proxy;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * An end of a job with all its abilities, before and behind each call of which lies a point; so it
 * is with the sessions, readers and writers that it opens.
 */
final class PointedEnd implements InvocationHandler {

  private static final String CORE = "dev.syncline";

  private final Object end;
  private final FaultPoints points;

  private PointedEnd(Object end, FaultPoints points) {
    this.end = end;
    this.points = points;
  }

  static Object of(Object end, FaultPoints points) {
    Set<Class<?>> abilities = new LinkedHashSet<>();
    for (Class<?> type = end.getClass(); type != null; type = type.getSuperclass()) {
      for (Class<?> ability : type.getInterfaces()) {
        if (ability.getPackageName().equals(CORE) && Modifier.isPublic(ability.getModifiers())) {
          abilities.add(ability);
        }
      }
    }
    return Proxy.newProxyInstance(
        PointedEnd.class.getClassLoader(),
        abilities.toArray(Class<?>[]::new),
        new PointedEnd(end, points));
  }

  @Override
  public @Nullable Object invoke(Object self, Method method, Object @Nullable [] arguments)
      throws Throwable {
    if (method.getDeclaringClass() == Object.class) {
      return method.getName().equals("equals") && arguments != null
          ? self == arguments[0]
          : call(method, arguments);
    }
    String name = method.getDeclaringClass().getSimpleName() + "." + method.getName();
    if (!method.getName().equals("close")) {
      points.checkAlive();
    }
    points.at(FaultPoint.Moment.BEFORE, name);
    Object answer = call(method, arguments);
    points.at(FaultPoint.Moment.AFTER, name);
    return answer != null && isUsedByJob(method.getReturnType()) ? of(answer, points) : answer;
  }

  /** Sessions, readers and writers are closed; what is prepared belongs to a writer. */
  private static boolean isUsedByJob(Class<?> type) {
    return type.getPackageName().equals(CORE)
        && (AutoCloseable.class.isAssignableFrom(type) || type.getSimpleName().equals("Prepared"));
  }

  private @Nullable Object call(Method method, Object @Nullable [] arguments) throws Throwable {
    try {
      return method.invoke(end, arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause() == null ? e : e.getCause();
    }
  }
}
