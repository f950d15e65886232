// p: x [frames, channels, plane], result; n: frames, channels, plane, segments,
// shift_div
#include "copy.h"

static void kernel(void *const *p, const i64 *n, const double *) {
  const float *x = array<float>(p[0]);
  float *out = array<float>(p[1]);
  i64 frames = n[0], segments = n[3], fold = n[1] / n[4];
  i64 part = fold * n[2], frame = n[1] * n[2]; // elements
  bool streamed = frames * frame >= streamedFrom;
#pragma omp parallel for schedule(static) if (frames * frame >= parallelFrom)
  for (i64 f = 0; f < frames; ++f) {
    float *to = out + f * frame;
    const float *from = x + f * frame;
    i64 segment = f % segments;
    if (segment + 1 < segments)
      copy(to, from + frame, part, streamed);
    else
      fill(to, 0, part);
    if (segment > 0)
      copy(to + part, from + part - frame, part, streamed);
    else
      fill(to + part, 0, part);
    copy(to + 2 * part, from + 2 * part, frame - 2 * part, streamed);
  }
  finishStreams();
}
