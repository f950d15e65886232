// p: points; n: levels, then height, width, stride of each
#include "lanes.h"

static inline void row(float *to, i64 width, float stride, float y) {
  Lanes count = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
  i64 k = 0;
  for (; k + lanes <= width; k += lanes, count += 16.0f) {
    Lanes x = (count + 0.5f) * stride, ys = all(y);
    store(to + 2 * k, __builtin_shufflevector(x, ys, ELENA_LOW));
    store(to + 2 * k + lanes, __builtin_shufflevector(x, ys, ELENA_HIGH));
  }
  for (; k < width; ++k) {
    to[2 * k] = (static_cast<float>(k) + 0.5f) * stride;
    to[2 * k + 1] = y;
  }
}

static void kernel(void *const *p, const i64 *n, const double *) {
  float *level = array<float>(p[0]);
  for (i64 k = 0; k < n[0]; ++k) {
    i64 height = n[3 * k + 1], width = n[3 * k + 2];
    float stride = static_cast<float>(n[3 * k + 3]);
#pragma omp parallel for schedule(static) if (height * width >= parallelFrom)
    for (i64 y = 0; y < height; ++y)
      row(level + 2 * y * width, width, stride,
          (static_cast<float>(y) + 0.5f) * stride);
    level += 2 * height * width;
  }
}
