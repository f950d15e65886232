// p: image, mean, scale, result; n: pixels, whether the image is uint8
#include "native.h"

namespace {
template <typename T>
void normalize(const T *src, const float *mean, const float *scale, float *out,
               i64 pixels) {
  float m0 = mean[0], m1 = mean[1], m2 = mean[2], s0 = scale[0], s1 = scale[1],
        s2 = scale[2];
#pragma omp parallel for schedule(static) if (pixels >= parallelFrom)
  for (i64 k = 0; k < pixels; ++k) {
    const T *__restrict from = src + 3 * k;
    float *__restrict to = out + 3 * k;
    float c0 = static_cast<float>(from[0]), c1 = static_cast<float>(from[1]),
          c2 = static_cast<float>(from[2]);
    to[0] = (c2 - m0) * s0;
    to[1] = (c1 - m1) * s1;
    to[2] = (c0 - m2) * s2;
  }
}
} // namespace

static void kernel(void *const *p, const i64 *n, const double *) {
  const float *mean = array<float>(p[1]), *scale = array<float>(p[2]);
  if (n[1])
    normalize(array<uint8_t>(p[0]), mean, scale, array<float>(p[3]), n[0]);
  else
    normalize(array<float>(p[0]), mean, scale, array<float>(p[3]), n[0]);
}
