// p: windows, x [B, H, W, C]; n: B, H, W, C, window, shift
#include "copy.h"

static void kernel(void *const *p, const i64 *n, const double *) {
  const float *windows = array<float>(p[0]);
  float *out = array<float>(p[1]);
  i64 batch = n[0], height = n[1], width = n[2], channels = n[3], window = n[4],
      shift = n[5];
  i64 rows = (height + window - 1) / window,
      columns = (width + window - 1) / window;
  bool streamed = batch * height * width * channels >= streamedFrom;
#pragma omp parallel for collapse(2)                                           \
    schedule(static) if (batch * height * width * channels >= parallelFrom)
  for (i64 b = 0; b < batch; ++b)
    for (i64 y = 0; y < height; ++y) {
      i64 from =
          (y - shift + rows * window) % (rows * window); // before the roll
      const float *row =
          windows +
          ((b * rows + from / window) * columns * window + from % window) *
              window * channels;
      float *to = out + (b * height + y) * width * channels;
      for (i64 x = 0; x < width;) {
        i64 at = (x - shift + columns * window) % (columns * window),
            in = at % window;
        i64 run = window - in < width - x
                      ? window - in
                      : width - x; // to the end of the window's line
        copy(to + x * channels,
             row + (at / window * window * window + in) * channels,
             run * channels, streamed);
        x += run;
      }
    }
  finishStreams();
}
