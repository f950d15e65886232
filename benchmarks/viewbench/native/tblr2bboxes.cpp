// p: priors, distances, boxes; n: boxes, whether times the prior's size,
// whether clipped; s: normalizer, height, width
#include "lanes.h"

static void kernel(void *const *p, const i64 *n, const double *s) {
  float normalizer = static_cast<float>(s[0]),
        extent[2] = {static_cast<float>(s[2]), static_cast<float>(s[1])};
  bool bySize = n[1], clipped = n[2];
  mapBoxes(array<float>(p[0]), array<float>(p[1]), array<float>(p[2]), n[0],
           [=](Boxes prior, Boxes d) {
             Boxes r;
             for (int axis = 0; axis < 2;
                  ++axis) { // x from (left, right), y from (top, bottom)
               Lanes center = (prior.c[axis] + prior.c[axis + 2]) / 2.0f,
                     side = prior.c[axis + 2] - prior.c[axis];
               Lanes low = d.c[2 - 2 * axis] * normalizer,
                     high = d.c[3 - 2 * axis] * normalizer;
               r.c[axis] = center - (bySize ? low * side : low);
               r.c[axis + 2] = center + (bySize ? high * side : high);
               for (int k = axis; clipped && k < 4; k += 2)
                 r.c[k] = atMost(atLeast(r.c[k], all(0.0f)), all(extent[axis]));
             }
             return r;
           });
}
