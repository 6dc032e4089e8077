// Attention within each sentence.

#include "Fused.h"

#include <cmath>
#include <cstdlib>
#include <new>

using namespace fused;

namespace {

/// Scratch memory of a thread, which grows and stays.
class scratch {
public:
  static float *take(int64_t count) {
    thread_local scratch own;
    const size_t bytes = (static_cast<size_t>(count) * sizeof(float) + 63) / 64 * 64;
    if (own.size < bytes) {
      std::free(own.memory);
      own.memory = static_cast<float *>(std::aligned_alloc(64, bytes));
      own.size = own.memory ? bytes : 0;
      if (!own.memory) throw std::bad_alloc();
    }
    return own.memory;
  }
  ~scratch() { std::free(memory); }

private:
  float *memory = nullptr;
  size_t size = 0;
};

/// Where the sentences are, and what else attention has beside its matrices.
struct sentences {
  /// (sentences + 1) rows at which one begins, the last the end.
  at::Tensor offsets;
  int64_t heads;
  dropout_choice choice;

  int64_t count() const { return offsets.numel() - 1; }
  const int64_t *starts() const { return offsets.data_ptr<int64_t>(); }
  int64_t length(int64_t sentence) const { return starts()[sentence + 1] - starts()[sentence]; }

  int64_t longest() const {
    int64_t most = 0;
    for (int64_t i = 0; i < count(); ++i) most = std::max(most, length(i));
    return most;
  }

  /// Calls `body` for each head of each sentence of a matrix like q, with scratch memory.
  template <typename Body>
  void each_head(const at::Tensor &q, int64_t squares, int64_t sides, Body body) const {
    const int64_t stride = q.size(1), size = stride / heads, most = longest();
    const int64_t part = grain(most * most * size);
    const kernels::dropout_rule rule = choice.rule();
    at::parallel_for(0, count() * heads, part, [&](int64_t begin, int64_t end) {
      float *memory = scratch::take(kernels::attention_scratch(most, size, squares, sides));
      for (int64_t i = begin; i < end; ++i) {
        const int64_t sentence = i / heads;
        const kernels::attention_site site{
            length(sentence), size, stride, starts()[sentence], i % heads, heads, most,
            1 / std::sqrt(static_cast<float>(size)), rule};
        if (site.length > 0) body(site, memory);
      }
    });
  }

  void save(AutogradContext *context) const {
    context->saved_data["heads"] = heads;
    choice.save(context);
  }

  static sentences restore(AutogradContext *context, const at::Tensor &offsets) {
    return {offsets, context->saved_data["heads"].toInt(), dropout_choice::restore(context)};
  }
};

/// dQ, dK and dV of attention.
struct AttentionSlope : Function<AttentionSlope> {
  static variable_list compute(
      const at::Tensor &slope, const at::Tensor &q, const at::Tensor &k, const at::Tensor &v,
      const at::Tensor &logs, const sentences &batch) {
    const kernels::table &kernel = kernels::chosen();
    at::Tensor grad = slope.contiguous();
    at::Tensor dq = at::empty_like(q), dk = at::empty_like(k), dv = at::empty_like(v);
    batch.each_head(q, 3, 3, [&](const kernels::attention_site &site, float *memory) {
      kernel.attention_backward(
          site, read(q), read(k), read(v), read(logs), read(grad), write(dq), write(dk),
          write(dv), memory);
    });
    return {dq, dk, dv};
  }
  static variable_list forward(
      AutogradContext *context, Variable slope, Variable q, Variable k, Variable v, Variable logs,
      Variable offsets, int64_t heads, double keep, int64_t seed) {
    const sentences batch{offsets, heads, {keep, seed}};
    context->save_for_backward({slope, q, k, v, logs, offsets});
    batch.save(context);
    return compute(slope, q, k, v, logs, batch);
  }
  static variable_list backward(AutogradContext *context, variable_list slopes) {
    expect_last_derivative("attention");
    variable_list saved = context->get_saved_variables();
    const kernels::table &kernel = kernels::chosen();
    at::Tensor grad = saved[0].contiguous(), q = saved[1], k = saved[2], v = saved[3],
               logs = saved[4];
    at::Tensor a = slopes[0].contiguous(), b = slopes[1].contiguous(), c = slopes[2].contiguous();
    at::Tensor dg = at::empty_like(q), dq = at::empty_like(q), dk = at::empty_like(q),
               dv = at::empty_like(q);
    sentences::restore(context, saved[5])
        .each_head(q, 4, 3, [&](const kernels::attention_site &site, float *memory) {
          kernel.attention_second(
              site, read(q), read(k), read(v), read(logs), read(grad), read(a), read(b), read(c),
              write(dg), write(dq), write(dk), write(dv), memory);
        });
    return {dg, dq, dk, dv, Variable(), Variable(), Variable(), Variable(), Variable()};
  }
};

struct Attention : Function<Attention> {
  static Variable forward(
      AutogradContext *context, Variable q, Variable k, Variable v, Variable offsets,
      int64_t heads, double keep, int64_t seed) {
    const kernels::table &kernel = kernels::chosen();
    const sentences batch{offsets, heads, {keep, seed}};
    at::Tensor out = at::empty_like(q), logs = at::empty({q.size(0), heads}, q.options());
    batch.each_head(q, 1, 3, [&](const kernels::attention_site &site, float *memory) {
      kernel.attention_forward(
          site, read(q), read(k), read(v), write(out), write(logs), memory);
    });
    context->save_for_backward({q, k, v, logs, offsets});
    batch.save(context);
    return out;
  }
  static variable_list backward(AutogradContext *context, variable_list slopes) {
    variable_list saved = context->get_saved_variables();
    const sentences batch = sentences::restore(context, saved[4]);
    variable_list result =
        c10::GradMode::is_enabled()
            ? AttentionSlope::apply(
                  slopes[0], saved[0], saved[1], saved[2], saved[3], saved[4], batch.heads,
                  batch.choice.keep, batch.choice.seed)
            : AttentionSlope::compute(slopes[0], saved[0], saved[1], saved[2], saved[3], batch);
    result.resize(7);
    return result;
  }
};

/// The plain form: a sentence at a time, by libtorch's operations.
at::Tensor plain_attention(
    const at::Tensor &q, const at::Tensor &k, const at::Tensor &v, const sentences &batch) {
  const int64_t heads = batch.heads, size = q.size(1) / heads;
  at::Tensor factors;
  if (batch.choice.drops()) {
    factors = dropout_factors(
        {q.size(0), heads, kernels::padded(batch.longest())}, batch.choice, q);
  }
  std::vector<at::Tensor> parts;
  for (int64_t i = 0; i < batch.count(); ++i) {
    const int64_t start = batch.starts()[i], length = batch.length(i);
    if (length == 0) continue;
    auto by_head = [&](const at::Tensor &x) {
      return x.narrow(0, start, length).view({length, heads, size}).transpose(0, 1);
    };
    at::Tensor scores =
        at::matmul(by_head(q), by_head(k).transpose(1, 2)) / std::sqrt(static_cast<double>(size));
    at::Tensor shares = at::softmax(scores, -1);
    if (factors.defined()) {
      shares =
          shares * factors.narrow(0, start, length).narrow(2, 0, length).transpose(0, 1);
    }
    parts.push_back(at::matmul(shares, by_head(v)).transpose(0, 1).reshape({length, q.size(1)}));
  }
  return parts.empty() ? q.clone() : at::cat(parts, 0);
}

/// Expects the sentences to fill the rows, one after the other.
void expect_sentences(const at::Tensor &offsets, int64_t rows) {
  TORCH_CHECK(
      offsets.dim() == 1 && offsets.numel() >= 2 && offsets.scalar_type() == at::kLong &&
          offsets.device().is_cpu() && offsets.is_contiguous(),
      "the offsets must be two or more contiguous 64-bit integers, not ", offsets.scalar_type(),
      " of the shape ", offsets.sizes());
  const int64_t *starts = offsets.data_ptr<int64_t>(), count = offsets.numel() - 1;
  TORCH_CHECK(
      starts[0] == 0 && starts[count] == rows, "the sentences must fill the ", rows,
      " subwords, not those from ", starts[0], " to ", starts[count]);
  for (int64_t i = 0; i < count; ++i) {
    TORCH_CHECK(
        starts[i] <= starts[i + 1], "sentence ", i, " must not end before it begins, as from ",
        starts[i], " to ", starts[i + 1]);
  }
}

} // namespace

ctorch_tensor ctorch_attention(
    ctorch_tensor q, ctorch_tensor k, ctorch_tensor v, ctorch_tensor offsets, int heads,
    double keep, ctorch_generator generator, bool is_fused) {
  return shim::tensor([&]() -> at::Tensor {
    const at::Tensor &query = shim::value(q), &key = shim::value(k), &values = shim::value(v);
    shim::expect_rows("the query", query);
    TORCH_CHECK(
        query.dim() == 2 && heads >= 1 && query.size(1) % heads == 0,
        "the query must be subwords of heads of one size, not ", query.sizes(), " of ", heads,
        " heads");
    shim::expect("the key", key, query.sizes(), query);
    shim::expect("the value", values, query.sizes(), query);
    expect_sentences(shim::value(offsets), query.size(0));
    const sentences batch{shim::value(offsets), heads, choose(keep, generator)};
    if (is_fused && shim::fits_kernels(query)) {
      return Attention::apply(
          query.contiguous(), key.contiguous(), values.contiguous(), batch.offsets, batch.heads,
          batch.choice.keep, batch.choice.seed);
    }
    return plain_attention(query, key, values, batch);
  });
}
