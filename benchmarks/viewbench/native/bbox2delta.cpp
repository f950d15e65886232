// p: proposals, gt, deltas; n: boxes; s: 4 means, 4 standard deviations
#include "lanes.h"

static void kernel(void *const *p, const i64 *n, const double *s) {
  Lanes mean[4], std[4];
  for (int k = 0; k < 4; ++k) {
    mean[k] = all(static_cast<float>(s[k]));
    std[k] = all(static_cast<float>(s[4 + k]));
  }
  mapBoxes(array<float>(p[0]), array<float>(p[1]), array<float>(p[2]), n[0],
           [&](Boxes a, Boxes b) {
             Boxes d;
             for (int k = 0; k < 2; ++k) {
               Lanes center = (a.c[k] + a.c[k + 2]) * 0.5f,
                     side = a.c[k + 2] - a.c[k];
               Lanes gtCenter = (b.c[k] + b.c[k + 2]) * 0.5f,
                     gtSide = b.c[k + 2] - b.c[k];
               d.c[k] = ((gtCenter - center) / side - mean[k]) / std[k];
               d.c[k + 2] =
                   (logarithm(gtSide / side) - mean[k + 2]) / std[k + 2];
             }
             return d;
           });
}
