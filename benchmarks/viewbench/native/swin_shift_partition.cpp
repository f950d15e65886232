// p: x [B, H, W, C], windows; n: B, H, W, C, window, shift
#include "copy.h"

namespace {
struct Map {
  const float *x;
  i64 height, width, channels, window, shift, rows, columns;
  bool streamed;
};

// One line of a window: consecutive in memory, unless the roll or the padding
// cuts it.
inline void line(const Map &m, float *to, i64 b, i64 y, i64 left) {
  if (y < m.height && left + m.window <= m.width)
    return copy(to, m.x + ((b * m.height + y) * m.width + left) * m.channels,
                m.window * m.channels, m.streamed);
  for (i64 dx = 0; dx < m.window; ++dx, to += m.channels) {
    i64 x = (left + dx) % (m.columns * m.window);
    if (y < m.height && x < m.width)
      copy(to, m.x + ((b * m.height + y) * m.width + x) * m.channels,
           m.channels);
    else
      fill(to, 0, m.channels);
  }
}
} // namespace

static void kernel(void *const *p, const i64 *n, const double *) {
  i64 window = n[4];
  Map m = {array<float>(p[0]),
           n[1],
           n[2],
           n[3],
           window,
           n[5],
           (n[1] + window - 1) / window,
           (n[2] + window - 1) / window};
  m.streamed =
      n[0] * m.rows * m.columns * window * window * m.channels >= streamedFrom;
  float *out = array<float>(p[1]);
  // Windows in the order of memory: writing has no jumps.
#pragma omp parallel for schedule(                                             \
        static) if (n[0] * m.height * m.width * m.channels >= parallelFrom)
  for (i64 k = 0; k < n[0] * m.rows * m.columns; ++k) {
    i64 b = k / (m.rows * m.columns), row = k / m.columns % m.rows,
        column = k % m.columns;
    for (i64 dy = 0; dy < window; ++dy)
      line(m, out + (k * window + dy) * window * m.channels, b,
           (row * window + dy + m.shift) % (m.rows * window),
           column * window + m.shift);
  }
  finishStreams();
}
