/*
 * A stand-in for libaio.so.1 on x86-64 Linux: the three entry points that mysqld imports, each a bare
 * system call. It needs no C library, so it loads on any distribution.
 */

enum { IO_SETUP = 206, IO_GETEVENTS = 208, IO_SUBMIT = 209 };

static long kernel(long number, long a, long b, long c, long d, long e) {
  long result;
  register long fourth __asm__("r10") = d;
  register long fifth __asm__("r8") = e;
  __asm__ volatile("syscall"
                   : "=a"(result)
                   : "a"(number), "D"(a), "S"(b), "d"(c), "r"(fourth), "r"(fifth)
                   : "rcx", "r11", "memory");
  return result;
}

int io_setup(int events, void **context) {
  return (int)kernel(IO_SETUP, events, (long)context, 0, 0, 0);
}

int io_submit(void *context, long count, void **requests) {
  return (int)kernel(IO_SUBMIT, (long)context, count, (long)requests, 0, 0);
}

int io_getevents(void *context, long min, long count, void *events, void *timeout) {
  return (int)kernel(IO_GETEVENTS, (long)context, min, count, (long)events, (long)timeout);
}
