/*
 * A stand-in for libnuma.so.1: tells mysqld 5.7 and 8.0 that this machine has no NUMA, which makes them
 * allocate memory in the ordinary way. It needs no C library.
 */

struct bitmask {
  unsigned long size;
  unsigned long *bits;
};

static unsigned long first_node = 1;
static struct bitmask one_node = {64, &first_node};

struct bitmask *numa_all_nodes_ptr = &one_node;

int numa_available(void) { return -1; }

int numa_num_configured_cpus(void) { return 1; }

int numa_node_of_cpu(int cpu) { return 0; }

long mbind(void *start, unsigned long length, int mode, const unsigned long *nodes,
           unsigned long max_node, unsigned flags) {
  return -1;
}

long set_mempolicy(int mode, const unsigned long *nodes, unsigned long max_node) { return -1; }

void *numa_alloc_onnode(unsigned long size, int node) { return 0; }

void *numa_alloc_local(unsigned long size) { return 0; }

void numa_free(void *start, unsigned long size) {}

struct bitmask *numa_get_mems_allowed(void) { return &one_node; }

void numa_bitmask_free(struct bitmask *mask) {}
