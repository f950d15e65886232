// p: boxes, offsets, result; n: boxes, classes; s: bound of the width
#include "lanes.h"

static inline Boxes decode(Boxes box, Boxes d, float bound) {
  Boxes r;
  for (int k = 0; k < 2; ++k) {
    Lanes side = box.c[k + 2] - box.c[k] + 1.0f;
    Lanes center = box.c[k] + 0.5f * side;
    Lanes newCenter = d.c[k] * side + center;
    Lanes half = exponential(atMost(d.c[k + 2], all(bound))) * side / 2.0f;
    r.c[k] = newCenter - half;
    r.c[k + 2] = newCenter + half - 1.0f;
  }
  return r;
}

static void kernel(void *const *p, const i64 *n, const double *s) {
  const float *boxes = array<float>(p[0]), *offsets = array<float>(p[1]);
  float *out = array<float>(p[2]), bound = static_cast<float>(s[0]);
  if (n[1] == 1)
    return mapBoxes(boxes, offsets, out, n[0],
                    [=](Boxes box, Boxes d) { return decode(box, d, bound); });
  for (i64 i = 0; i < n[0]; ++i) { // every class of one box
    Boxes box;
    for (int k = 0; k < 4; ++k)
      box.c[k] = all(boxes[4 * i + k]);
    i64 row = 4 * n[1] * i;
    mapBoxes(offsets + row, offsets + row, out + row, n[1],
             [=](Boxes d, Boxes) { return decode(box, d, bound); });
  }
}
