// What is recorded for derivatives, and derivatives.

#include "Shim.h"

#include <memory>
#include <torch/csrc/autograd/autograd.h>
#include <vector>

using shim::answer;
using shim::status;
using shim::tensor;
using shim::value;
using shim::values;

int ctorch_gradients_enabled(bool *on) {
  return answer(on, []() { return c10::GradMode::is_enabled(); });
}

int ctorch_set_gradients_enabled(bool on, bool *before) {
  return answer(before, [&]() {
    const bool was_on = c10::GradMode::is_enabled();
    c10::GradMode::set_enabled(on);
    return was_on;
  });
}

int ctorch_requires_gradient(ctorch_tensor tensor, bool *requires_gradient) {
  return answer(requires_gradient, [&]() { return value(tensor).requires_grad(); });
}

ctorch_tensor ctorch_detach(ctorch_tensor a, bool requires_gradient) {
  return tensor([&]() {
    at::Tensor result = value(a).detach();
    if (requires_gradient) result.set_requires_grad(true);
    return result;
  });
}

ctorch_tensor ctorch_clone(ctorch_tensor a) {
  return tensor([&]() { return value(a).clone(); });
}

int ctorch_owns_storage(ctorch_tensor a, bool *owns) {
  return answer(owns, [&]() {
    const at::Tensor &tensor = value(a);
    return tensor.use_count() == 1 && tensor.has_storage() &&
        tensor.storage().use_count() == 1 && tensor.is_contiguous();
  });
}

namespace {

/// Handles of what there is of some tensors, and NULL for the others: all, or on failure none.
void hand_out(const std::vector<at::Tensor> &found, ctorch_tensor *gradients) {
  std::vector<std::unique_ptr<ctorch_tensor_s>> handles;
  handles.reserve(found.size());
  for (const at::Tensor &each : found) {
    handles.emplace_back(each.defined() ? new ctorch_tensor_s{each} : nullptr);
  }
  for (auto &each : handles) *gradients++ = each.release();
}

} // namespace

int ctorch_gradients(
    ctorch_tensor output, const ctorch_tensor *inputs, int count, bool retain_graph,
    bool create_graph, ctorch_tensor *gradients) {
  return status([&]() {
    hand_out(
        torch::autograd::grad(
            {value(output)}, values(inputs, count), {}, retain_graph, create_graph,
            /*allow_unused=*/true),
        gradients);
  });
}

int ctorch_weighted_gradients(
    const ctorch_tensor *outputs, const ctorch_tensor *weights, int output_count,
    const ctorch_tensor *inputs, int count, ctorch_tensor *gradients) {
  return status([&]() {
    hand_out(
        torch::autograd::grad(
            values(outputs, output_count), values(inputs, count), values(weights, output_count),
            /*retain_graph=*/false, /*create_graph=*/false, /*allow_unused=*/true),
        gradients);
  });
}
