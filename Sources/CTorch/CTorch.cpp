#include "Shim.h"

#include <ATen/Parallel.h>
#include <cmath>
#include <cstring>
#include <dlfcn.h>
#include <string>
#include <torch/version.h>
#include <vector>

using shim::guarded;
using shim::tensor;
using shim::update;

namespace {
thread_local std::string last_error;
} // namespace

void shim::remember(const char *text) { last_error = text; }

namespace {

at::ScalarType scalar_type(ctorch_type type) {
  switch (type) {
  case CTORCH_FLOAT32: return at::kFloat;
  case CTORCH_FLOAT64: return at::kDouble;
  case CTORCH_FLOAT16: return at::kHalf;
  case CTORCH_BFLOAT16: return at::kBFloat16;
  case CTORCH_INT64: return at::kLong;
  case CTORCH_INT32: return at::kInt;
  case CTORCH_BOOL: return at::kBool;
  case CTORCH_UINT8: return at::kByte;
  case CTORCH_INT16: return at::kShort;
  case CTORCH_INT8: return at::kChar;
  default: break;
  }
  throw std::runtime_error("an element type that the shim does not know");
}

at::IntArrayRef sizes(const int64_t *shape, int rank) {
  return at::IntArrayRef(shape, static_cast<size_t>(rank));
}

} // namespace

const char *ctorch_last_error(void) { return last_error.c_str(); }

const char *ctorch_version(void) { return TORCH_VERSION; }

const char *ctorch_parallel_info(void) {
  static std::string text;
  text = at::get_parallel_info();
  return text.c_str();
}

int ctorch_threads(void) { return at::get_num_threads(); }

void ctorch_set_threads(int count) { at::set_num_threads(count); }

void ctorch_set_own_threads(int count) {
  // libtorch sets a thread's number when it first asks for it; after that it is OpenMP's own.
  at::get_num_threads();
  using setter = void (*)(int);
  static const setter set = reinterpret_cast<setter>(dlsym(RTLD_DEFAULT, "omp_set_num_threads"));
  if (set) set(count);
}

void ctorch_deterministic(bool on) {
  at::globalContext().setDeterministicAlgorithms(on, /*warn_only=*/true);
}

// Making and reading tensors

ctorch_tensor ctorch_from_data(
    const void *data, ctorch_type type, const int64_t *shape, int rank) {
  return tensor([&]() {
    at::Tensor result = at::empty(sizes(shape, rank), at::TensorOptions().dtype(scalar_type(type)));
    if (result.nbytes() > 0) std::memcpy(result.data_ptr(), data, result.nbytes());
    return result;
  });
}

ctorch_tensor ctorch_empty(const int64_t *shape, int rank, ctorch_type type) {
  return tensor([&]() {
    return at::empty(sizes(shape, rank), at::TensorOptions().dtype(scalar_type(type)));
  });
}

int ctorch_fill(
    ctorch_tensor tensor, int64_t start, const void *data, ctorch_type type,
    const int64_t *shape, const int64_t *strides, int rank) {
  return update([&]() {
    // Not written to; libtorch only has no tensor of what is const.
    // A truth value of a file may be any byte; in C++ it is 0 or 1, which copying from bytes makes.
    at::ScalarType stored = type == CTORCH_BOOL ? at::kByte : scalar_type(type);
    at::Tensor source = at::from_blob(
        const_cast<void *>(data), sizes(shape, rank), sizes(strides, rank),
        at::TensorOptions().dtype(stored));
    at::Tensor target = tensor->value.view({-1}).narrow(0, start, source.numel());
    target.view(sizes(shape, rank)).copy_(source);
  });
}

ctorch_tensor ctorch_full(const int64_t *shape, int rank, double value, ctorch_type type) {
  return tensor([&]() {
    return at::full(sizes(shape, rank), value, at::TensorOptions().dtype(scalar_type(type)));
  });
}

ctorch_tensor ctorch_arange(int64_t end) {
  return tensor([&]() { return at::arange(end, at::TensorOptions().dtype(at::kLong)); });
}

void ctorch_release(ctorch_tensor tensor) { delete tensor; }

int ctorch_rank(ctorch_tensor tensor) { return static_cast<int>(tensor->value.dim()); }

int64_t ctorch_dimension(ctorch_tensor tensor, int index) { return tensor->value.size(index); }

int64_t ctorch_count(ctorch_tensor tensor) { return tensor->value.numel(); }

ctorch_type ctorch_element_type(ctorch_tensor tensor) {
  switch (tensor->value.scalar_type()) {
  case at::kFloat: return CTORCH_FLOAT32;
  case at::kDouble: return CTORCH_FLOAT64;
  case at::kHalf: return CTORCH_FLOAT16;
  case at::kBFloat16: return CTORCH_BFLOAT16;
  case at::kLong: return CTORCH_INT64;
  case at::kInt: return CTORCH_INT32;
  case at::kBool: return CTORCH_BOOL;
  case at::kByte: return CTORCH_UINT8;
  case at::kShort: return CTORCH_INT16;
  case at::kChar: return CTORCH_INT8;
  default: return CTORCH_OTHER;
  }
}

bool ctorch_requires_gradient(ctorch_tensor tensor) { return tensor->value.requires_grad(); }

namespace {
template <typename Element> int copy_out(ctorch_tensor tensor, Element *out, at::ScalarType type) {
  return guarded<int>(1, [&]() {
    at::NoGradGuard guard;
    at::Tensor plain = tensor->value.detach().to(type).contiguous();
    if (plain.nbytes() > 0) std::memcpy(out, plain.data_ptr(), plain.nbytes());
    return 0;
  });
}
} // namespace

int ctorch_copy_floats(ctorch_tensor tensor, float *out) {
  return copy_out(tensor, out, at::kFloat);
}

int ctorch_copy_doubles(ctorch_tensor tensor, double *out) {
  return copy_out(tensor, out, at::kDouble);
}

int ctorch_copy_integers(ctorch_tensor tensor, int64_t *out) {
  return copy_out(tensor, out, at::kLong);
}

int ctorch_copy_bytes(ctorch_tensor tensor, void *out, size_t size) {
  return guarded<int>(1, [&]() {
    at::Tensor plain = tensor->value.detach().contiguous();
    if (plain.nbytes() != size) throw std::runtime_error("the buffer has another size");
    if (size > 0) std::memcpy(out, plain.data_ptr(), size);
    return 0;
  });
}

double ctorch_item(ctorch_tensor tensor, int *failed) {
  *failed = 1;
  return guarded<double>(NAN, [&]() {
    double value = tensor->value.item().toDouble();
    *failed = 0;
    return value;
  });
}

// Gradient bookkeeping

bool ctorch_gradients_enabled(void) { return at::GradMode::is_enabled(); }

bool ctorch_set_gradients_enabled(bool on) {
  bool before = at::GradMode::is_enabled();
  at::GradMode::set_enabled(on);
  return before;
}

ctorch_tensor ctorch_detach(ctorch_tensor a, bool requires_gradient) {
  return tensor([&]() {
    at::Tensor result = a->value.detach();
    if (requires_gradient) result.set_requires_grad(true);
    return result;
  });
}

bool ctorch_owns_storage(ctorch_tensor a) {
  const at::Tensor &value = a->value;
  return value.use_count() == 1 && value.has_storage() && value.storage().use_count() == 1 &&
      value.is_contiguous();
}

ctorch_tensor ctorch_clone(ctorch_tensor a) {
  return tensor([&]() { return a->value.clone(); });
}

namespace {
std::vector<at::Tensor> values(const ctorch_tensor *tensors, int count) {
  std::vector<at::Tensor> result;
  result.reserve(static_cast<size_t>(count));
  for (int i = 0; i < count; ++i) result.push_back(tensors[i]->value);
  return result;
}

void hand_out(const std::vector<at::Tensor> &found, ctorch_tensor *gradients) {
  for (size_t i = 0; i < found.size(); ++i) {
    gradients[i] = found[i].defined() ? new ctorch_tensor_s{found[i]} : nullptr;
  }
}
} // namespace

int ctorch_gradients(
    ctorch_tensor output, const ctorch_tensor *inputs, int count, bool retain_graph,
    bool create_graph, ctorch_tensor *gradients) {
  return guarded<int>(1, [&]() {
    hand_out(
        torch::autograd::grad(
            {output->value}, values(inputs, count), {}, retain_graph, create_graph,
            /*allow_unused=*/true),
        gradients);
    return 0;
  });
}

int ctorch_weighted_gradients(
    const ctorch_tensor *outputs, const ctorch_tensor *weights, int output_count,
    const ctorch_tensor *inputs, int count, ctorch_tensor *gradients) {
  return guarded<int>(1, [&]() {
    hand_out(
        torch::autograd::grad(
            values(outputs, output_count), values(inputs, count), values(weights, output_count),
            /*retain_graph=*/false, /*create_graph=*/false, /*allow_unused=*/true),
        gradients);
    return 0;
  });
}

// Operations

ctorch_tensor ctorch_binary(ctorch_binary_op op, ctorch_tensor a, ctorch_tensor b) {
  return tensor([&]() -> at::Tensor {
    const at::Tensor &x = a->value, &y = b->value;
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
    throw std::runtime_error("a binary operation that the shim does not know");
  });
}

ctorch_tensor ctorch_unary(ctorch_unary_op op, ctorch_tensor a) {
  return tensor([&]() -> at::Tensor {
    const at::Tensor &x = a->value;
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
    throw std::runtime_error("a unary operation that the shim does not know");
  });
}

ctorch_tensor ctorch_scalar(ctorch_scalar_op op, ctorch_tensor a, double b) {
  return tensor([&]() -> at::Tensor {
    const at::Tensor &x = a->value;
    switch (op) {
    case CTORCH_ADD_SCALAR: return x + b;
    case CTORCH_MULTIPLY_SCALAR: return x * b;
    case CTORCH_POWER_SCALAR: return at::pow(x, b);
    case CTORCH_CLAMP_MINIMUM: return at::clamp_min(x, b);
    case CTORCH_EQUAL_SCALAR: return at::eq(x, b);
    case CTORCH_LESS_SCALAR: return at::lt(x, b);
    }
    throw std::runtime_error("a scalar operation that the shim does not know");
  });
}

ctorch_tensor ctorch_to_type(ctorch_tensor a, ctorch_type type) {
  return tensor([&]() { return a->value.to(scalar_type(type)); });
}

ctorch_tensor ctorch_reshape(ctorch_tensor a, const int64_t *shape, int rank) {
  return tensor([&]() { return a->value.reshape(sizes(shape, rank)); });
}

ctorch_tensor ctorch_permute(ctorch_tensor a, const int64_t *order, int rank) {
  return tensor([&]() { return a->value.permute(sizes(order, rank)); });
}

ctorch_tensor ctorch_transpose(ctorch_tensor a, int first, int second) {
  return tensor([&]() { return a->value.transpose(first, second); });
}

ctorch_tensor ctorch_expand(ctorch_tensor a, const int64_t *shape, int rank) {
  return tensor([&]() { return a->value.expand(sizes(shape, rank)); });
}

ctorch_tensor ctorch_narrow(ctorch_tensor a, int dimension, int64_t start, int64_t length) {
  return tensor([&]() { return a->value.narrow(dimension, start, length); });
}

ctorch_tensor ctorch_index_select(ctorch_tensor a, int dimension, ctorch_tensor indices) {
  return tensor([&]() { return a->value.index_select(dimension, indices->value); });
}

ctorch_tensor ctorch_concatenate(const ctorch_tensor *tensors, int count, int dimension) {
  return tensor([&]() {
    std::vector<at::Tensor> values;
    for (int i = 0; i < count; ++i) values.push_back(tensors[i]->value);
    return at::cat(values, dimension);
  });
}

ctorch_tensor ctorch_sum(ctorch_tensor a, const int64_t *dimensions, int count, bool keep) {
  return tensor([&]() {
    return count == 0 ? a->value.sum() : a->value.sum(sizes(dimensions, count), keep);
  });
}

ctorch_tensor ctorch_mean(ctorch_tensor a, const int64_t *dimensions, int count, bool keep) {
  return tensor([&]() {
    return count == 0 ? a->value.mean() : a->value.mean(sizes(dimensions, count), keep);
  });
}

ctorch_tensor ctorch_cumulative_sum(ctorch_tensor a, int dimension) {
  return tensor([&]() { return a->value.cumsum(dimension); });
}

ctorch_tensor ctorch_argmax(ctorch_tensor a, int dimension) {
  return tensor([&]() { return a->value.argmax(dimension); });
}

ctorch_tensor ctorch_softmax(ctorch_tensor a, int dimension) {
  return tensor([&]() { return at::softmax(a->value, dimension); });
}

ctorch_tensor ctorch_log_softmax(ctorch_tensor a, int dimension) {
  return tensor([&]() { return at::log_softmax(a->value, dimension); });
}

ctorch_tensor ctorch_layer_norm(
    ctorch_tensor a, ctorch_tensor weight, ctorch_tensor bias, double epsilon) {
  return tensor([&]() {
    return at::layer_norm(
        a->value, {a->value.size(-1)}, weight->value, bias->value, epsilon);
  });
}

ctorch_tensor ctorch_embedding(ctorch_tensor weight, ctorch_tensor ids, int64_t padding) {
  return tensor([&]() { return at::embedding(weight->value, ids->value, padding); });
}

ctorch_tensor ctorch_cross_entropy(ctorch_tensor logits, ctorch_tensor labels, int64_t ignored) {
  return tensor([&]() {
    return at::cross_entropy_loss(
        logits->value, labels->value, /*weight=*/{}, at::Reduction::Mean, ignored);
  });
}

ctorch_tensor ctorch_where(ctorch_tensor condition, ctorch_tensor a, ctorch_tensor b) {
  return tensor([&]() { return at::where(condition->value, a->value, b->value); });
}

ctorch_tensor ctorch_masked_fill(ctorch_tensor a, ctorch_tensor mask, double value) {
  return tensor([&]() { return a->value.masked_fill(mask->value, value); });
}

// Chance

ctorch_generator ctorch_generator_new(uint64_t seed) {
  return guarded<ctorch_generator>(nullptr, [&]() {
    return new ctorch_generator_s{at::detail::createCPUGenerator(seed)};
  });
}

void ctorch_generator_release(ctorch_generator generator) { delete generator; }

uint64_t ctorch_generator_next(ctorch_generator generator) { return shim::draw(generator); }

ctorch_tensor ctorch_random_normal(const int64_t *shape, int rank, ctorch_generator generator) {
  return tensor([&]() {
    return at::randn(sizes(shape, rank), generator->value, at::TensorOptions().dtype(at::kFloat));
  });
}

ctorch_tensor ctorch_random_uniform(const int64_t *shape, int rank, ctorch_generator generator) {
  return tensor([&]() {
    return at::rand(sizes(shape, rank), generator->value, at::TensorOptions().dtype(at::kFloat));
  });
}

// Updates in place

int ctorch_add_in_place(ctorch_tensor a, ctorch_tensor b, double factor) {
  return update([&]() { a->value.add_(b->value, factor); });
}

int ctorch_multiply_in_place(ctorch_tensor a, double factor) {
  return update([&]() { a->value.mul_(factor); });
}

int ctorch_copy_in_place(ctorch_tensor a, ctorch_tensor b) {
  return update([&]() { a->value.copy_(b->value); });
}

int ctorch_replace_rows(ctorch_tensor a, ctorch_tensor indices, ctorch_tensor rows) {
  return update([&]() { a->value.index_copy_(0, indices->value, rows->value); });
}

int ctorch_adamw_in_place(
    ctorch_tensor parameter, ctorch_tensor gradient, ctorch_tensor first, ctorch_tensor second,
    int64_t step, double learning_rate, double beta1, double beta2, double epsilon,
    double weight_decay) {
  return update([&]() {
    at::Tensor &p = parameter->value, &m = first->value, &v = second->value;
    const at::Tensor &g = gradient->value;
    if (weight_decay != 0) p.mul_(1 - learning_rate * weight_decay);
    m.mul_(beta1).add_(g, 1 - beta1);
    v.mul_(beta2).addcmul_(g, g, 1 - beta2);
    double correction1 = 1 - std::pow(beta1, static_cast<double>(step));
    double correction2 = 1 - std::pow(beta2, static_cast<double>(step));
    at::Tensor denominator = v.sqrt().div_(std::sqrt(correction2)).add_(epsilon);
    p.addcdiv_(m, denominator, -learning_rate / correction1);
  });
}

// AdamW in one pass over memory

namespace {

struct adamw_step {
  float decay, beta1, rest1, beta2, rest2, root, epsilon, rate;
};

adamw_step make_adamw_step(
    int64_t step, double learning_rate, double beta1, double beta2, double epsilon,
    double weight_decay) {
  double correction1 = 1 - std::pow(beta1, static_cast<double>(step));
  double correction2 = 1 - std::pow(beta2, static_cast<double>(step));
  return {
      static_cast<float>(1 - learning_rate * weight_decay), static_cast<float>(beta1),
      static_cast<float>(1 - beta1), static_cast<float>(beta2), static_cast<float>(1 - beta2),
      static_cast<float>(std::sqrt(correction2)), static_cast<float>(epsilon),
      static_cast<float>(-learning_rate / correction1)};
}

__attribute__((target_clones("arch=haswell", "default"))) void adamw_span(
    float *__restrict p, const float *__restrict g, float *__restrict m, float *__restrict v,
    int64_t count, const adamw_step a) {
  for (int64_t i = 0; i < count; ++i) {
    float first = m[i] * a.beta1 + g[i] * a.rest1;
    float second = v[i] * a.beta2 + g[i] * g[i] * a.rest2;
    m[i] = first;
    v[i] = second;
    p[i] = p[i] * a.decay + first / (std::sqrt(second) / a.root + a.epsilon) * a.rate;
  }
}

/// The same where the gradient is zero.
__attribute__((target_clones("arch=haswell", "default"))) void adamw_span_at_rest(
    float *__restrict p, float *__restrict m, float *__restrict v, int64_t count,
    const adamw_step a) {
  for (int64_t i = 0; i < count; ++i) {
    float first = m[i] * a.beta1;
    float second = v[i] * a.beta2;
    m[i] = first;
    v[i] = second;
    p[i] = p[i] * a.decay + first / (std::sqrt(second) / a.root + a.epsilon) * a.rate;
  }
}

void expect_floats(const at::Tensor &tensor) {
  TORCH_CHECK(
      tensor.scalar_type() == at::kFloat && tensor.is_contiguous(),
      "AdamW in one pass takes contiguous float32");
}

}  // namespace

int ctorch_adamw_fused(
    ctorch_tensor parameter, ctorch_tensor gradient, ctorch_tensor first, ctorch_tensor second,
    int64_t step, double learning_rate, double beta1, double beta2, double epsilon,
    double weight_decay) {
  return update([&]() {
    at::Tensor g = gradient->value.contiguous();
    for (const at::Tensor &each : {parameter->value, g, first->value, second->value}) {
      expect_floats(each);
    }
    TORCH_CHECK(
        parameter->value.sizes() == g.sizes() && first->value.sizes() == g.sizes() &&
            second->value.sizes() == g.sizes(),
        "the shapes differ");
    float *p = parameter->value.data_ptr<float>(), *m = first->value.data_ptr<float>(),
          *v = second->value.data_ptr<float>();
    const float *slope = g.data_ptr<float>();
    adamw_step a = make_adamw_step(step, learning_rate, beta1, beta2, epsilon, weight_decay);
    at::parallel_for(0, g.numel(), 1 << 14, [&](int64_t begin, int64_t end) {
      adamw_span(p + begin, slope + begin, m + begin, v + begin, end - begin, a);
    });
  });
}

int ctorch_adamw_rows(
    ctorch_tensor rows, ctorch_tensor gradient, ctorch_tensor first, ctorch_tensor second,
    const int64_t *sources, int64_t count, int64_t step, double learning_rate, double beta1,
    double beta2, double epsilon, double weight_decay) {
  return update([&]() {
    at::Tensor g = gradient->value.contiguous();
    for (const at::Tensor &each : {rows->value, g, first->value, second->value}) {
      expect_floats(each);
      TORCH_CHECK(each.dim() == 2 && each.size(1) == g.size(1), "rows of one size are needed");
    }
    for (const at::Tensor &each : {rows->value, first->value, second->value}) {
      TORCH_CHECK(each.size(0) >= count, "there are fewer rows than are to be updated");
    }
    for (int64_t row = 0; row < count; ++row) {
      TORCH_CHECK(sources[row] < g.size(0), "a row's gradient is not there");
    }
    int64_t size = g.size(1);
    float *p = rows->value.data_ptr<float>(), *m = first->value.data_ptr<float>(),
          *v = second->value.data_ptr<float>();
    const float *slope = g.data_ptr<float>();
    adamw_step a = make_adamw_step(step, learning_rate, beta1, beta2, epsilon, weight_decay);
    at::parallel_for(0, count, 32, [&](int64_t begin, int64_t end) {
      for (int64_t row = begin; row < end; ++row) {
        int64_t at = row * size;
        if (sources[row] < 0) {
          adamw_span_at_rest(p + at, m + at, v + at, size, a);
        } else {
          adamw_span(p + at, slope + sources[row] * size, m + at, v + at, size, a);
        }
      }
    });
  });
}
