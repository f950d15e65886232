// p: flags; n: height, width, valid height, valid width, anchors (bounds are
// within the map)
#include "native.h"

static void kernel(void *const *p, const i64 *n, const double *) {
  uint8_t *out = array<uint8_t>(p[0]);
  i64 height = n[0], row = n[1] * n[4], set = n[3] * n[4];
  for (i64 y = 0; y < height; ++y) {
    i64 ones = y < n[2] ? set : 0;
    memset(out + y * row, 1, ones);
    memset(out + y * row + ones, 0, row - ones);
  }
}
