// p: cache [B', T', H, D], keys [B, H * repeats, T, D]; n: B, T, H, D, repeats,
// T'
#include "copy.h"

static void kernel(void *const *p, const i64 *n, const double *) {
  const float *cache = array<float>(p[0]);
  float *out = array<float>(p[1]);
  i64 batch = n[0], length = n[1], heads = n[2], channels = n[3],
      repeats = n[4], tokens = n[5];
#pragma omp parallel for collapse(2)                                           \
    schedule(static) if (batch * length * heads * channels >= parallelFrom)
  for (i64 b = 0; b < batch; ++b)
    for (i64 head = 0; head < heads; ++head) {
      const float *from = cache + (b * tokens * heads + head) * channels;
      float *to = out + (b * heads + head) * repeats * length * channels;
      for (i64 token = 0; token < length; ++token)
        for (i64 k = 0; k < repeats; ++k)
          copy(to + (k * length + token) * channels,
               from + token * heads * channels, channels);
    }
}
