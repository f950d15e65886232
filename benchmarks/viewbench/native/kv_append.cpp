// p: cache, new; n: batches of new, elements of a batch of the cache, elements
// of a batch of new, first element
#include "copy.h"

static void kernel(void *const *p, const i64 *n, const double *) {
#pragma omp parallel for schedule(static) if (n[0] * n[2] >= parallelFrom)
  for (i64 b = 0; b < n[0]; ++b)
    copy(array<float>(p[0]) + b * n[1] + n[3], array<float>(p[1]) + b * n[2],
         n[2], n[0] * n[2] >= streamedFrom / 4);
  finishStreams();
}
