// p: x [B, H, W, C], windows; n: B, H, W, C, window, shift
#include "native.h"

static void kernel(void *const *p, const i64 *n, const double *) {
  const float *x = array<float>(p[0]);
  float *out = array<float>(p[1]);
  i64 batch = n[0], height = n[1], width = n[2], channels = n[3], window = n[4],
      shift = n[5];
  i64 rows = (height + window - 1) / window,
      columns = (width + window - 1) / window;
  i64 paddedH = rows * window, paddedW = columns * window;
#pragma omp parallel for collapse(2)                                           \
    schedule(static) if (batch * height * width * channels >= parallelFrom)
  for (i64 b = 0; b < batch; ++b)
    for (i64 line = 0; line < paddedH; ++line) {
      i64 y = (line + shift) % paddedH, row = line / window, dy = line % window;
      for (i64 column = 0; column < columns; ++column) {
        float *to =
            out + (((b * rows + row) * columns + column) * window + dy) *
                      window * channels;
        i64 left = column * window + shift; // before the roll
        if (y < height && left + window <= width) {
          memcpy(to, x + ((b * height + y) * width + left) * channels,
                 4 * window * channels);
          continue;
        }
        for (i64 dx = 0; dx < window; ++dx) {
          i64 at = (left + dx) % paddedW;
          if (y < height && at < width)
            memcpy(to + dx * channels,
                   x + ((b * height + y) * width + at) * channels,
                   4 * channels);
          else
            memset(to + dx * channels, 0, 4 * channels);
        }
      }
    }
}
