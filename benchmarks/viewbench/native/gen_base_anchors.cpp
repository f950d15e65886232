// p: scales [S], ratios [R], anchors [levels][R * S, 4]; n: S, R, levels, the
// base size of each; s: center offset
#include "native.h"

static void kernel(void *const *p, const i64 *n, const double *s) {
  const float *scales = array<float>(p[0]), *ratios = array<float>(p[1]);
  float *__restrict to = array<float>(p[2]);
  for (i64 level = 0; level < n[2]; ++level) {
    float base = static_cast<float>(n[3 + level]);
    float center = static_cast<float>(s[0] * static_cast<double>(n[3 + level]));
    for (i64 r = 0; r < n[1]; ++r) {
      float high = __builtin_sqrtf(ratios[r]), wide = 1.0f / high;
      high *= base;
      wide *= base;
      for (i64 k = 0; k < n[0]; ++k, to += 4) {
        float halfW = wide * scales[k] / 2.0f, halfH = high * scales[k] / 2.0f;
        to[0] = center - halfW;
        to[1] = center - halfH;
        to[2] = center + halfW;
        to[3] = center + halfH;
      }
    }
  }
}
