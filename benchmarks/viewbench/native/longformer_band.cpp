// p: scores [H, C, 2w, 2w], band in memory [H, (C + 1)w, 2w + 1] (the result is
// a transpose of it); n: H, C, w
#include "copy.h"

// One row: the query's scores with keys at distances -w..w, two runs of
// consecutive scores.
static void row(const float *scores, float *to, i64 chunks, i64 w, i64 query) {
  i64 block = query / w, side = 2 * w, length = (chunks + 1) * w;
  auto at = [&](i64 chunk, i64 key) { // key: in the sequence
    return scores + (chunk * side + query - chunk * w) * side + key - chunk * w;
  };
  const float outside = -__builtin_inff();
  i64 before = query < w ? w - query : 0; // keys that do not exist
  i64 after = query + w + 1 > length ? query + w + 1 - length : 0;
  i64 earlier = block > 0 ? block - 1 : 0,
      later = block < chunks ? block : chunks - 1;
  fill(to, outside, before);
  copy(to + before, at(earlier, query - w + before), w - before);
  copy(to + w, at(later, query), w + 1 - after);
  fill(to + side + 1 - after, outside, after);
}

static void kernel(void *const *p, const i64 *n, const double *) {
  const float *scores = array<float>(p[0]);
  float *out = array<float>(p[1]);
  i64 heads = n[0], chunks = n[1], w = n[2], length = (chunks + 1) * w,
      side = 2 * w;
#pragma omp parallel for collapse(2)                                           \
    schedule(static) if (heads * length * side >= parallelFrom)
  for (i64 head = 0; head < heads; ++head)
    for (i64 query = 0; query < length; ++query)
      row(scores + head * chunks * side * side,
          out + (head * length + query) * (side + 1), chunks, w, query);
}
