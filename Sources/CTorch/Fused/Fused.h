/// What the operations in one step share.
///
/// Each is a function of autograd whose derivative is one too, so that second derivatives are
/// kernels as well; those are made outside of recording, and end the chain.
#pragma once

#include "../Kernels/Kernels.h"
#include "../Shim.h"

#include <ATen/Parallel.h>
#include <algorithm>
#include <torch/csrc/autograd/custom_function.h>

namespace fused {

using torch::autograd::AutogradContext;
using torch::autograd::Function;
using torch::autograd::Variable;
using torch::autograd::variable_list;

/// Throws where the derivatives that are being made are to be differentiated again.
///
/// For second derivatives that are made by a kernel alone: their result has no history, so that a
/// third derivative would be as if they were constants.
inline void expect_last_derivative(const char *operation) {
  TORCH_CHECK(
      !c10::GradMode::is_enabled(), operation,
      " in one step has no third derivative: expected a second derivative that is not recorded, or"
      " the plain form");
}

/// A tensor that may be absent: autograd's functions take none that is undefined, so an empty one
/// stands for it.
inline at::Tensor present(const at::Tensor &x) {
  return x.defined() ? x.contiguous() : at::empty({0}, at::TensorOptions().dtype(at::kFloat));
}

inline bool is_present(const at::Tensor &x) { return x.defined() && x.numel() > 0; }

/// The numbers of a contiguous tensor; null where it is absent.
inline const float *read(const at::Tensor &x) {
  return is_present(x) ? x.data_ptr<float>() : nullptr;
}

inline float *write(at::Tensor &x) { return x.data_ptr<float>(); }

/// A part of work: so many numbers that a thread is worth it.
inline int64_t grain(int64_t size) {
  return std::max<int64_t>(1, (1 << 15) / std::max<int64_t>(1, size));
}

/// Divides the rows of a tensor, (…, size), among threads.
template <typename Body> void over_rows(const at::Tensor &x, Body body) {
  const int64_t size = x.size(-1);
  at::parallel_for(0, x.numel() / size, grain(size), body);
}

/// The sum of the rows of a tensor, (…, size).
inline at::Tensor sum_of_rows(const at::Tensor &x) {
  return x.reshape({-1, x.size(-1)}).sum(0);
}

/// What dropout keeps: the chance of an element, and the stream; by default everything.
struct dropout_choice {
  double keep = 1;
  int64_t seed = 0;

  bool drops() const { return keep < 1; }

  kernels::dropout_rule rule() const {
    const uint64_t bits = static_cast<uint64_t>(seed);
    return {
        static_cast<float>(1.0 / keep), static_cast<uint32_t>(keep * 4294967295.0),
        {static_cast<uint32_t>(bits), static_cast<uint32_t>(bits >> 32)}};
  }

  void save(AutogradContext *context) const {
    context->saved_data["keep"] = keep;
    context->saved_data["seed"] = seed;
  }

  static dropout_choice restore(AutogradContext *context) {
    return {
        context->saved_data["keep"].toDouble(), context->saved_data["seed"].toInt()};
  }
};

/// A choice for one call, which takes a number of the stream; with NULL for a generator, or a
/// `keep` of 1, everything is kept and no number is taken.
dropout_choice choose(double keep, ctorch_generator generator);

/// x with elements dropped, not recorded.
at::Tensor dropped(const at::Tensor &x, const dropout_choice &choice);

/// The same, recorded for derivatives where they are.
at::Tensor dropout(const at::Tensor &x, const dropout_choice &choice);

/// The factors that dropout multiplies with, of `like`'s element type.
at::Tensor dropout_factors(
    at::IntArrayRef shape, const dropout_choice &choice, const at::Tensor &like);

} // namespace fused
