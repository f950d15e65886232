// p: priors, gts, distances; n: boxes, whether they are divided by the prior's
// size; s: normalizer
#include "lanes.h"

static void kernel(void *const *p, const i64 *n, const double *s) {
  Lanes normalizer = all(static_cast<float>(s[0]));
  bool bySize = n[1];
  mapBoxes(array<float>(p[0]), array<float>(p[1]), array<float>(p[2]), n[0],
           [&](Boxes prior, Boxes gt) {
             Lanes x = (prior.c[0] + prior.c[2]) / 2.0f,
                   y = (prior.c[1] + prior.c[3]) / 2.0f;
             Boxes d = {{y - gt.c[1], gt.c[3] - y, x - gt.c[0], gt.c[2] - x}};
             Lanes width = prior.c[2] - prior.c[0],
                   height = prior.c[3] - prior.c[1];
             for (int k = 0; k < 4; ++k) {
               if (bySize)
                 d.c[k] = d.c[k] / (k < 2 ? height : width);
               d.c[k] = d.c[k] / normalizer;
             }
             return d;
           });
}
