// p: x [B, T, H, D], cos [P, D/2], sin, result; n: B, T, H, D/2, position
#include "lanes.h"

static void kernel(void *const *p, const i64 *n, const double *) {
  const float *x = array<float>(p[0]), *cosines = array<float>(p[1]),
              *sines = array<float>(p[2]);
  float *out = array<float>(p[3]);
  i64 tokens = n[0] * n[1], length = n[1], heads = n[2], pairs = n[3],
      position = n[4];
#pragma omp parallel for schedule(static) if (tokens * heads * pairs >=        \
                                                  parallelFrom / 2)
  for (i64 t = 0; t < tokens; ++t) {
    const float *__restrict c = cosines + (position + t % length) * pairs;
    const float *__restrict s = sines + (position + t % length) * pairs;
    for (i64 head = 0; head < heads; ++head) {
      const float *__restrict from = x + 2 * pairs * (t * heads + head);
      float *__restrict to = out + 2 * pairs * (t * heads + head);
      i64 k = 0;
      for (; k + lanes <= pairs; k += lanes) {
        Lanes a = load(from + 2 * k), b = load(from + 2 * k + lanes),
              cosine = load(c + k), sine = load(s + k);
        Lanes even = __builtin_shufflevector(a, b, ELENA_EVEN),
              odd = __builtin_shufflevector(a, b, ELENA_ODD);
        Lanes first = even * cosine - odd * sine,
              second = even * sine + odd * cosine;
        store(to + 2 * k, __builtin_shufflevector(first, second, ELENA_LOW));
        store(to + 2 * k + lanes,
              __builtin_shufflevector(first, second, ELENA_HIGH));
      }
      for (; k < pairs; ++k) {
        float even = from[2 * k], odd = from[2 * k + 1];
        to[2 * k] = even * c[k] - odd * s[k];
        to[2 * k + 1] = even * s[k] + odd * c[k];
      }
    }
  }
}
