// p: x [T, H, D], chunks [H, T/w - 1, 2w, D]; n: T, H, D, w
#include "copy.h"

static void kernel(void *const *p, const i64 *n, const double *) {
  const float *x = array<float>(p[0]);
  float *out = array<float>(p[1]);
  i64 heads = n[1], channels = n[2], window = n[3], chunks = n[0] / window - 1,
      side = 2 * window;
  bool streamed = heads * chunks * side * channels >= streamedFrom;
#pragma omp parallel for collapse(2)                                           \
    schedule(static) if (heads * chunks * side * channels >= parallelFrom)
  for (i64 head = 0; head < heads; ++head)
    for (i64 chunk = 0; chunk < chunks; ++chunk)
      for (i64 k = 0; k < side; ++k)
        copy(out + ((head * chunks + chunk) * side + k) * channels,
             x + ((chunk * window + k) * heads + head) * channels, channels,
             streamed);
  finishStreams();
}
