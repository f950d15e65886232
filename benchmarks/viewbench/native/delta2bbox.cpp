// p: rois, deltas, result; n: rois, classes, whether clipped to the image; s: 4
// means, 4 stds, height, width, log bound
#include "lanes.h"

namespace {
struct Coder {
  float mean[4], std[4], extent[2], bound;
  bool clipped;

  Boxes operator()(Boxes roi, Boxes d) const {
    Boxes r;
    for (int k = 0; k < 2; ++k) {
      Lanes side = roi.c[k + 2] - roi.c[k],
            center = (roi.c[k] + roi.c[k + 2]) * 0.5f;
      Lanes shift = d.c[k] * std[k] + mean[k],
            growth = d.c[k + 2] * std[k + 2] + mean[k + 2];
      growth = atMost(atLeast(growth, all(-bound)), all(bound));
      Lanes newCenter = center + side * shift,
            half = side * exponential(growth) * 0.5f;
      r.c[k] = clip(newCenter - half, extent[k]);
      r.c[k + 2] = clip(newCenter + half, extent[k]);
    }
    return r;
  }
  Lanes clip(Lanes x, float most) const {
    return clipped ? atMost(atLeast(x, all(0.0f)), all(most)) : x;
  }
};
} // namespace

static void kernel(void *const *p, const i64 *n, const double *s) {
  Coder coder;
  for (int k = 0; k < 4; ++k) {
    coder.mean[k] = static_cast<float>(s[k]);
    coder.std[k] = static_cast<float>(s[4 + k]);
  }
  coder.extent[0] = static_cast<float>(s[9]); // x: the width
  coder.extent[1] = static_cast<float>(s[8]);
  coder.bound = static_cast<float>(s[10]);
  coder.clipped = n[2];
  const float *rois = array<float>(p[0]), *deltas = array<float>(p[1]);
  float *out = array<float>(p[2]);
  i64 classes = n[1];
  if (classes == 1)
    return mapBoxes(rois, deltas, out, n[0], coder);
#pragma omp parallel for schedule(static) if (n[0] * classes >=                \
                                                  parallelFrom / 4)
  for (i64 i = 0; i < n[0]; ++i) { // every class of one roi
    Boxes roi;
    for (int k = 0; k < 4; ++k)
      roi.c[k] = all(rois[4 * i + k]);
    i64 row = 4 * classes * i;
    mapBoxes(deltas + row, deltas + row, out + row, classes,
             [&](Boxes d, Boxes) { return coder(roi, d); });
  }
}
