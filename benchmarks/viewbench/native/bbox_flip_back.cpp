// p: boxes, scale factor, result; n: boxes, whether flipped in x, in y; s:
// height, width
#include "lanes.h"

static void kernel(void *const *p, const i64 *n, const double *s) {
  const float *boxes = array<float>(p[0]), *scale = array<float>(p[1]);
  float extent[2] = {static_cast<float>(s[1]), static_cast<float>(s[0])};
  bool flipped[2] = {n[1] != 0, n[2] != 0};
  mapBoxes(boxes, boxes, array<float>(p[2]), n[0], [=](Boxes box, Boxes) {
    Boxes r;
    for (int k = 0; k < 4; ++k) {
      int axis = k % 2;
      r.c[k] = (flipped[axis] ? extent[axis] - box.c[(k + 2) % 4] : box.c[k]) /
               scale[k];
    }
    return r;
  });
}
