// p: anchors, pred, stride [N], boxes; n: boxes
#include "lanes.h"

static inline Boxes decode(Boxes anchor, Boxes pred, Lanes stride) {
  Boxes r;
  for (int k = 0; k < 2; ++k) {
    Lanes center = (anchor.c[k] + anchor.c[k + 2]) * 0.5f,
          side = anchor.c[k + 2] - anchor.c[k];
    Lanes newCenter = (pred.c[k] - 0.5f) * stride + center;
    Lanes half = exponential(pred.c[k + 2]) * side * 0.5f;
    r.c[k] = newCenter - half;
    r.c[k + 2] = newCenter + half;
  }
  return r;
}

static void kernel(void *const *p, const i64 *n, const double *) {
  const float *anchors = array<float>(p[0]), *pred = array<float>(p[1]),
              *strides = array<float>(p[2]);
  float *out = array<float>(p[3]);
  i64 whole = n[0] / lanes, done = whole * lanes, rest = n[0] - done;
#pragma omp parallel for schedule(static) if (n[0] >= parallelFrom / 4)
  for (i64 k = 0; k < whole; ++k)
    storeBoxes(out + 64 * k,
               decode(loadBoxes(anchors + 64 * k), loadBoxes(pred + 64 * k),
                      load(strides + lanes * k)));
  if (rest == 0)
    return;
  float a[64] = {}, b[64] = {}, c[lanes] = {};
  memcpy(a, anchors + 4 * done, 16 * rest);
  memcpy(b, pred + 4 * done, 16 * rest);
  memcpy(c, strides + done, 4 * rest);
  storeBoxes(a, decode(loadBoxes(a), loadBoxes(b), load(c)));
  memcpy(out + 4 * done, a, 16 * rest);
}
