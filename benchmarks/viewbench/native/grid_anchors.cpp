// p: base anchors [A, 4], anchors; n: A, rows, columns, stride
#include "native.h"

static void kernel(void *const *p, const i64 *n, const double *) {
  const float *__restrict base = array<float>(p[0]);
  float *__restrict out = array<float>(p[1]);
  i64 count = n[0], height = n[1], width = n[2];
  float stride = static_cast<float>(n[3]);
#pragma omp parallel for schedule(static) if (height * width * count >=        \
                                                  parallelFrom / 4)
  for (i64 y = 0; y < height; ++y) {
    float shiftY = static_cast<float>(y) * stride;
    for (i64 x = 0; x < width; ++x) {
      float shiftX = static_cast<float>(x) * stride;
      float *__restrict cell = out + (y * width + x) * count * 4;
      for (i64 k = 0; k < 4 * count; k += 4) {
        cell[k] = base[k] + shiftX;
        cell[k + 1] = base[k + 1] + shiftY;
        cell[k + 2] = base[k + 2] + shiftX;
        cell[k + 3] = base[k + 3] + shiftY;
      }
    }
  }
}
