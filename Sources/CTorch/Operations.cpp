// libtorch's operations.

#include "Shim.h"

using shim::list;
using shim::scalar_type;
using shim::tensor;
using shim::value;

ctorch_tensor ctorch_binary(ctorch_binary_op op, ctorch_tensor a, ctorch_tensor b) {
  return tensor([&]() -> at::Tensor {
    const at::Tensor &x = value(a), &y = value(b);
    switch (op) {
    case CTORCH_ADD: return x + y;
    case CTORCH_SUBTRACT: return x - y;
    case CTORCH_MULTIPLY: return x * y;
    case CTORCH_DIVIDE: return x / y;
    case CTORCH_MATMUL: return at::matmul(x, y);
    case CTORCH_EQUAL: return at::eq(x, y);
    case CTORCH_LESS: return at::lt(x, y);
    case CTORCH_MAXIMUM: return at::maximum(x, y);
    }
    TORCH_CHECK(false, "expected a binary operation of CTorch.h, not ", static_cast<int>(op));
  });
}

ctorch_tensor ctorch_unary(ctorch_unary_op op, ctorch_tensor a) {
  return tensor([&]() -> at::Tensor {
    const at::Tensor &x = value(a);
    switch (op) {
    case CTORCH_NEGATE: return -x;
    case CTORCH_EXP: return at::exp(x);
    case CTORCH_LOG: return at::log(x);
    case CTORCH_SQRT: return at::sqrt(x);
    case CTORCH_TANH: return at::tanh(x);
    case CTORCH_SIGMOID: return at::sigmoid(x);
    case CTORCH_RELU: return at::relu(x);
    case CTORCH_SILU: return at::silu(x);
    case CTORCH_GELU: return at::gelu(x);
    case CTORCH_GELU_TANH: return at::gelu(x, "tanh");
    case CTORCH_ABS: return at::abs(x);
    case CTORCH_IS_FINITE: return at::isfinite(x);
    case CTORCH_LOGICAL_NOT: return at::logical_not(x);
    }
    TORCH_CHECK(false, "expected a unary operation of CTorch.h, not ", static_cast<int>(op));
  });
}

ctorch_tensor ctorch_scalar(ctorch_scalar_op op, ctorch_tensor a, double b) {
  return tensor([&]() -> at::Tensor {
    const at::Tensor &x = value(a);
    switch (op) {
    case CTORCH_ADD_SCALAR: return x + b;
    case CTORCH_MULTIPLY_SCALAR: return x * b;
    case CTORCH_POWER_SCALAR: return at::pow(x, b);
    case CTORCH_CLAMP_MINIMUM: return at::clamp_min(x, b);
    case CTORCH_EQUAL_SCALAR: return at::eq(x, b);
    case CTORCH_LESS_SCALAR: return at::lt(x, b);
    }
    TORCH_CHECK(false, "expected a scalar operation of CTorch.h, not ", static_cast<int>(op));
  });
}

ctorch_tensor ctorch_to_type(ctorch_tensor a, ctorch_type type) {
  return tensor([&]() { return value(a).to(scalar_type(type)); });
}

ctorch_tensor ctorch_reshape(ctorch_tensor a, const int64_t *shape, int rank) {
  return tensor([&]() { return value(a).reshape(list(shape, rank)); });
}

ctorch_tensor ctorch_permute(ctorch_tensor a, const int64_t *order, int rank) {
  return tensor([&]() { return value(a).permute(list(order, rank)); });
}

ctorch_tensor ctorch_transpose(ctorch_tensor a, int first, int second) {
  return tensor([&]() { return value(a).transpose(first, second); });
}

ctorch_tensor ctorch_expand(ctorch_tensor a, const int64_t *shape, int rank) {
  return tensor([&]() { return value(a).expand(list(shape, rank)); });
}

ctorch_tensor ctorch_narrow(ctorch_tensor a, int dimension, int64_t start, int64_t length) {
  return tensor([&]() { return value(a).narrow(dimension, start, length); });
}

ctorch_tensor ctorch_index_select(ctorch_tensor a, int dimension, ctorch_tensor indices) {
  return tensor([&]() { return value(a).index_select(dimension, value(indices)); });
}

ctorch_tensor ctorch_concatenate(const ctorch_tensor *tensors, int count, int dimension) {
  return tensor([&]() { return at::cat(shim::values(tensors, count), dimension); });
}

ctorch_tensor ctorch_sum(ctorch_tensor a, const int64_t *dimensions, int count, bool keep) {
  return tensor([&]() {
    return count == 0 ? value(a).sum() : value(a).sum(list(dimensions, count), keep);
  });
}

ctorch_tensor ctorch_mean(ctorch_tensor a, const int64_t *dimensions, int count, bool keep) {
  return tensor([&]() {
    return count == 0 ? value(a).mean() : value(a).mean(list(dimensions, count), keep);
  });
}

ctorch_tensor ctorch_cumulative_sum(ctorch_tensor a, int dimension) {
  return tensor([&]() { return value(a).cumsum(dimension); });
}

ctorch_tensor ctorch_argmax(ctorch_tensor a, int dimension) {
  return tensor([&]() { return value(a).argmax(dimension); });
}

ctorch_tensor ctorch_softmax(ctorch_tensor a, int dimension) {
  return tensor([&]() { return at::softmax(value(a), dimension); });
}

ctorch_tensor ctorch_log_softmax(ctorch_tensor a, int dimension) {
  return tensor([&]() { return at::log_softmax(value(a), dimension); });
}

ctorch_tensor ctorch_layer_norm(
    ctorch_tensor a, ctorch_tensor weight, ctorch_tensor bias, double epsilon) {
  return tensor([&]() {
    return at::layer_norm(
        value(a), {value(a).size(-1)}, value(weight), value(bias), epsilon);
  });
}

ctorch_tensor ctorch_embedding(ctorch_tensor weight, ctorch_tensor ids, int64_t padding) {
  return tensor([&]() { return at::embedding(value(weight), value(ids), padding); });
}

ctorch_tensor ctorch_cross_entropy(ctorch_tensor logits, ctorch_tensor labels, int64_t ignored) {
  return tensor([&]() {
    return at::cross_entropy_loss(
        value(logits), value(labels), /*weight=*/{}, at::Reduction::Mean, ignored);
  });
}

ctorch_tensor ctorch_where(ctorch_tensor condition, ctorch_tensor a, ctorch_tensor b) {
  return tensor([&]() { return at::where(value(condition), value(a), value(b)); });
}

ctorch_tensor ctorch_masked_fill(ctorch_tensor a, ctorch_tensor mask, double number) {
  return tensor([&]() { return value(a).masked_fill(value(mask), number); });
}
