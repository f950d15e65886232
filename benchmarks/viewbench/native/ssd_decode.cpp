// p: loc, priors, boxes; n: boxes; s: 2 variances
#include "lanes.h"

static void kernel(void *const *p, const i64 *n, const double *s) {
  float v0 = static_cast<float>(s[0]), v1 = static_cast<float>(s[1]);
  mapBoxes(array<float>(p[0]), array<float>(p[1]), array<float>(p[2]), n[0],
           [=](Boxes loc, Boxes prior) {
             Boxes b;
             for (int k = 0; k < 2; ++k) {
               Lanes center = prior.c[k] + loc.c[k] * v0 * prior.c[k + 2];
               Lanes side = prior.c[k + 2] * exponential(loc.c[k + 2] * v1);
               b.c[k] = center - side / 2.0f;
               b.c[k + 2] = side + b.c[k];
             }
             return b;
           });
}
